import type { CancelTimer, Clock } from '../../kernel/index.ts';
import type { SecurityDraft, SecurityJournal } from '../ports.ts';
import { BoundedMap } from './bounded-map.ts';

interface BadTokens {
  readonly address: string;
  count: number;
  readonly cancel: CancelTimer;
}

/** Options of {@link SecurityEvents}. */
export interface SecurityEventsOptions {
  readonly clock: Clock;
  readonly onSecurity: SecurityJournal;
  /** Bad tokens of one address are told once in this time. */
  readonly windowMs: number;
  readonly addresses: number;
  /** Told what `onSecurity` threw; a journal that fails must not change who is let in. */
  readonly onError: (error: unknown) => void;
}

/** Writes what happens at the door into the journal, without letting strangers flood it. */
export class SecurityEvents {
  readonly #options: SecurityEventsOptions;
  readonly #bad: BoundedMap<string, BadTokens>;

  constructor(options: SecurityEventsOptions) {
    this.#options = options;
    this.#bad = new BoundedMap(options.addresses, (bad) => {
      this.#report(bad);
    });
  }

  tell(event: SecurityDraft['data']['event'], address: string | null, reason: string): void {
    const { clock, onSecurity, onError } = this.#options;
    try {
      onSecurity({ type: 'security', at: clock.now(), subject: null, reason, data: { event, address } });
    } catch (error) {
      onError(error);
    }
  }

  /** Counts a bad token. It is told with its number when the window ends, or before if the address is locked out. */
  badToken(address: string): void {
    const bad = this.#bad.get(address);
    if (bad !== undefined) {
      bad.count += 1;
      return;
    }
    const cancel = this.#options.clock.schedule(this.#options.windowMs, () => {
      this.flush(address);
    });
    this.#bad.set(address, { address, count: 1, cancel });
  }

  flush(address: string): void {
    const bad = this.#bad.get(address);
    if (bad === undefined) return;
    this.#bad.delete(address);
    this.#report(bad);
  }

  /** Tells what has been counted; no timer is left. */
  close(): void {
    for (const bad of this.#bad.values()) this.#report(bad);
    this.#bad.clear();
  }

  #report({ address, count, cancel }: BadTokens): void {
    cancel();
    const minutes = Math.round(this.#options.windowMs / 60_000);
    const times = count === 1 ? 'A token that is not valid came' : `${count} tokens that are not valid came`;
    this.tell('bad-token', address, `${times} from ${address} within ${minutes} minutes.`);
  }
}

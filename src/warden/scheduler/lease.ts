import type { Clock } from '../../kernel/index.ts';
import type { RunLedger } from './ledger.ts';

export interface LeaseOptions {
  readonly ledger: RunLedger;
  readonly owner: string;
  readonly clock: Clock;
  readonly leaseMs: number;
  /** No other can have it, because of a lock elsewhere: it is held until the ledger says otherwise. */
  readonly exclusive: boolean;
}

/** The right to run jobs with a ledger, for as long as it is prolonged. */
export class Lease {
  readonly #options: LeaseOptions;
  /** Both clocks: the monotonic one stands still while the machine sleeps, and the other may be set back. */
  #untilMs = -Infinity;
  #untilWallMs = -Infinity;
  #claimed = false;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** Whether it is held for sure. */
  holds(): boolean {
    const { clock, exclusive } = this.#options;
    if (exclusive) return this.#claimed;
    return clock.monotonic() < this.#untilMs && clock.now() < this.#untilWallMs;
  }

  /**
   * True when it is held, false when somebody else has it, null when the ledger did not answer. Never rejects.
   * An exclusive one is taken from whoever had it.
   */
  async renew(): Promise<boolean | null> {
    const { ledger, owner, clock, leaseMs, exclusive } = this.#options;
    const force = exclusive && !this.#claimed;
    const [ms, wallMs] = [clock.monotonic(), clock.now()];
    try {
      if (!(await ledger.claim(owner, wallMs, leaseMs, force))) {
        this.#claimed = false;
        this.#untilMs = -Infinity;
        return false;
      }
    } catch {
      return null;
    }
    this.#claimed = true;
    this.#untilMs = ms + leaseMs;
    this.#untilWallMs = wallMs + leaseMs;
    return true;
  }

  /** Never rejects: a lease that is not given back ends by itself. */
  async release(): Promise<void> {
    this.#claimed = false;
    this.#untilMs = -Infinity;
    await this.#options.ledger.release(this.#options.owner).catch(() => undefined);
  }
}

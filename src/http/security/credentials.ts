import type { Clock, Logger } from '../../kernel/index.ts';
import { describeError } from '../../kernel/index.ts';
import type { AccessToken, AccessTokens } from '../ports.ts';
import { verifyAccessToken } from './access-token.ts';
import { addressKey } from './address.ts';
import type { LockOut } from './lock-out.ts';
import type { LoginLinks } from './login-links.ts';
import type { SecurityEvents } from './security-events.ts';

/** How a try with a secret ended. */
export type TryOutcome<T> =
  | { readonly kind: 'right'; readonly found: T }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'locked'; readonly retryAfterMs: number };

const TOUCH_EVERY_MS = 60_000;

/** The one place where secrets are tried, so that no way in goes round the lock-out. */
export class Credentials {
  readonly #touchedMs = new Map<string, number>();
  readonly #parts: {
    readonly clock: Clock;
    readonly log: Logger;
    readonly access: AccessTokens;
    readonly lockOut: LockOut;
    readonly links: LoginLinks;
    readonly events: SecurityEvents;
  };

  constructor(parts: {
    readonly clock: Clock;
    readonly log: Logger;
    readonly access: AccessTokens;
    readonly lockOut: LockOut;
    readonly links: LoginLinks;
    readonly events: SecurityEvents;
  }) {
    this.#parts = parts;
  }

  tryToken(secret: string | undefined, address: string): TryOutcome<AccessToken> {
    const { access } = this.#parts;
    const outcome = this.#try(address, () =>
      secret === undefined ? undefined : verifyAccessToken(secret, access.list()),
    );
    if (outcome.kind === 'right') this.#touch(outcome.found.id);
    return outcome;
  }

  tryLink(link: string, address: string): TryOutcome<true> {
    return this.#try(address, () => this.#parts.links.consume(link) || undefined);
  }

  #try<T>(address: string, find: () => T | undefined): TryOutcome<T> {
    const { lockOut, events } = this.#parts;
    const key = addressKey(address);
    const retryAfterMs = lockOut.remainingMs(key);
    if (retryAfterMs > 0) return { kind: 'locked', retryAfterMs };
    const found = find();
    if (found !== undefined) {
      lockOut.succeed(key);
      return { kind: 'right', found };
    }
    events.badToken(key);
    const { addressLocked, allLocked } = lockOut.fail(key);
    if (addressLocked) {
      events.flush(key);
      events.tell('lock-out', key, `${key} is locked out after too many tokens that are not valid.`);
    }
    if (allLocked) {
      events.tell(
        'lock-out',
        null,
        'Too many tokens that are not valid came from many addresses; unknown ones are locked out.',
      );
    }
    return { kind: 'wrong' };
  }

  #touch(id: string): void {
    const { access, clock, log } = this.#parts;
    const nowMs = clock.monotonic();
    const touchedMs = this.#touchedMs.get(id);
    if (touchedMs !== undefined && nowMs - touchedMs < TOUCH_EVERY_MS) return;
    const living = new Set(access.list().map((token) => token.id));
    for (const known of this.#touchedMs.keys()) if (!living.has(known)) this.#touchedMs.delete(known);
    this.#touchedMs.set(id, nowMs);
    void (async () => access.touch(id, clock.now()))().catch((error: unknown) => {
      log.warning('the last use of a token could not be noted', { error: describeError(error) });
    });
  }
}

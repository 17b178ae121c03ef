import type { Clock } from '../../kernel/index.ts';
import type { HttpLimits } from '../options.ts';
import { BoundedMap } from './bounded-map.ts';

type LockOutLimits = Pick<
  HttpLimits,
  'failures' | 'failuresOverall' | 'failureWindowMs' | 'lockOutMs' | 'addresses'
>;

/** The failed tries of one address, or of all. Times are monotonic. */
export interface Tries {
  /** Times of the failures inside the window, oldest first; never more than the limit. */
  readonly failedAtMs: readonly number[];
  readonly lockedUntilMs: number;
}

const noTries: Tries = { failedAtMs: [], lockedUntilMs: -Infinity };

/** Counts one failure; `lockedNow` says that it was the one too many. Pure. */
function countFailure(
  tries: Tries,
  limit: number,
  limits: Pick<LockOutLimits, 'failureWindowMs' | 'lockOutMs'>,
  nowMs: number,
): { readonly tries: Tries; readonly lockedNow: boolean } {
  const failedAtMs = [...tries.failedAtMs.filter((atMs) => nowMs - atMs < limits.failureWindowMs), nowMs];
  if (failedAtMs.length < limit) return { tries: { ...tries, failedAtMs }, lockedNow: false };
  return { tries: { failedAtMs: [], lockedUntilMs: nowMs + limits.lockOutMs }, lockedNow: true };
}

/**
 * Who may not try a token for now. A success does not wipe out failures, or whoever has a weak token could try others
 * for ever between two uses of it. It does protect its address from the limit over all addresses, so that strangers
 * cannot lock out those who have always had the right token.
 */
export class LockOut {
  readonly #byAddress: BoundedMap<string, Tries>;
  readonly #known: BoundedMap<string, true>;
  readonly #limits: LockOutLimits;
  readonly #clock: Clock;
  #overall: Tries = noTries;

  constructor(clock: Clock, limits: LockOutLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#byAddress = new BoundedMap(limits.addresses);
    this.#known = new BoundedMap(limits.addresses);
  }

  /** Milliseconds until the address may try again; 0 when it may now. */
  remainingMs(address: string): number {
    const own = this.#byAddress.get(address)?.lockedUntilMs ?? -Infinity;
    const overall = this.#known.get(address) ? -Infinity : this.#overall.lockedUntilMs;
    return Math.max(0, Math.max(own, overall) - this.#clock.monotonic());
  }

  /** Notes a failed try; says whether it locked the address, or everyone, out. */
  fail(address: string): { readonly addressLocked: boolean; readonly allLocked: boolean } {
    const nowMs = this.#clock.monotonic();
    const tries = this.#byAddress.get(address) ?? noTries;
    const own = countFailure(tries, this.#limits.failures, this.#limits, nowMs);
    const overall = countFailure(this.#overall, this.#limits.failuresOverall, this.#limits, nowMs);
    this.#byAddress.set(address, own.tries);
    this.#overall = overall.tries;
    return { addressLocked: own.lockedNow, allLocked: overall.lockedNow };
  }

  succeed(address: string): void {
    this.#known.set(address, true);
  }
}

/** State of a rate limit as plain data that survives JSON. Times are distances in ms from `takenAt`. */
export interface RateLimitSnapshot {
  /** The version of this shape. */
  readonly version: 1;
  /** Wall-clock milliseconds since the epoch. */
  readonly takenAt: number;
  /** How long ago each call in the window started, the oldest first. */
  readonly startedMsAgo: readonly number[];
  /** What 429s have left of the rate, 0..1. */
  readonly rateShare: number;
  /** When the rate grows next; null at full rate. */
  readonly growsInMs: number | null;
  /** How long the other side has asked to be left alone. */
  readonly blockedForMs: number;
}

/** How a restore ended; `reason` names what is wrong. */
export type Restored = { readonly ok: true } | { readonly ok: false; readonly reason: string };

type ReadSnapshot =
  | { readonly ok: true; readonly snapshot: RateLimitSnapshot }
  | { readonly ok: false; readonly reason: string };

const MOST_STARTS = 1_000_000;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isDistance = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** Reads what claims to be a snapshot. Pure. */
export function readRateLimitSnapshot(value: unknown): ReadSnapshot {
  const refused = (reason: string): ReadSnapshot => ({ ok: false, reason });
  if (!isObject(value)) return refused('it is not an object');
  const { version, takenAt, startedMsAgo, rateShare, growsInMs, blockedForMs } = value;
  if (version !== 1) return refused(`version ${String(version)} is not known`);
  if (!isDistance(takenAt)) return refused('takenAt is not a time');
  if (!Array.isArray(startedMsAgo) || startedMsAgo.length > MOST_STARTS || !startedMsAgo.every(isDistance)) {
    return refused('startedMsAgo is not a list of ms');
  }
  if (startedMsAgo.some((agoMs, index) => index > 0 && agoMs > (startedMsAgo[index - 1] as number))) {
    return refused('startedMsAgo does not begin with the oldest');
  }
  if (!isDistance(rateShare) || rateShare > 1) return refused('rateShare is not a share');
  if (growsInMs !== null && !isDistance(growsInMs)) return refused('growsInMs is not in ms');
  if (!isDistance(blockedForMs)) return refused('blockedForMs is not in ms');
  return { ok: true, snapshot: { version, takenAt, startedMsAgo, rateShare, growsInMs, blockedForMs } };
}

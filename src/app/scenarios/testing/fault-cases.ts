import type { MarketFault } from '../../../simulator/index.ts';

/** How a fault shows: with every request at once, with every request by the time that passes, or with some of them. */
export type Shows = 'at once' | 'by silence' | 'in part';

export interface FaultCase {
  readonly name: string;
  readonly fault: MarketFault;
  readonly shows: Shows;
}

/** Every way in which the source may fail as a whole, and those in which it goes on in part. */
export const FAULT_CASES: readonly FaultCase[] = [
  {
    name: 'a storm of 429 with Retry-After',
    fault: { kind: 'throttled', retryAfterS: 10 },
    shows: 'at once',
  },
  { name: 'a storm of 429 without Retry-After', fault: { kind: 'throttled' }, shows: 'at once' },
  { name: 'a burst of 5xx', fault: { kind: 'server-error' }, shows: 'at once' },
  { name: 'refused connections', fault: { kind: 'down' }, shows: 'at once' },
  { name: 'a challenge page with 200', fault: { kind: 'challenge', status: 200 }, shows: 'at once' },
  { name: 'a challenge page with 403', fault: { kind: 'challenge', status: 403 }, shows: 'at once' },
  { name: 'a challenge page with 503', fault: { kind: 'challenge', status: 503 }, shows: 'at once' },
  { name: 'a reset in the middle of each body', fault: { kind: 'reset-in-body' }, shows: 'at once' },
  { name: 'a name that does not resolve', fault: { kind: 'unresolved' }, shows: 'at once' },
  { name: 'answers 8 s late', fault: { kind: 'slow', delayMs: 8_000 }, shows: 'by silence' },
  { name: 'a network that is gone', fault: { kind: 'gone' }, shows: 'by silence' },
  { name: 'answers 3 s late', fault: { kind: 'slow', delayMs: 3_000 }, shows: 'in part' },
  { name: 'every second answer malformed', fault: { kind: 'malformed' }, shows: 'in part' },
];

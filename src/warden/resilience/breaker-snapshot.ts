import { WINDOW_PARTS, type WindowPart } from './breaker-window.ts';

/** The state of a breaker as plain data that survives JSON. Times are distances in ms from `takenAt`. */
export interface BreakerSnapshot {
  /** The version of this shape. */
  readonly version: 1;
  /** The dependency. */
  readonly name: string;
  /** Wall-clock milliseconds since the epoch. */
  readonly takenAt: number;
  readonly state: 'closed' | 'open' | 'half_open';
  readonly inStateForMs: number;
  /** 0 when it is not open. */
  readonly remainingOpenMs: number;
  readonly openings: number;
  readonly consecutiveFailures: number;
  /** Why it last opened; empty when it is closed. */
  readonly why: string;
  readonly lastCause: string | null;
  /** Holds by hand, which `endIsolation` ends after a restore. */
  readonly isolations: readonly { readonly reason: string; readonly forMs: number }[];
  readonly window: readonly WindowPart[];
}

/** How a restore ended; `reason` names what is wrong with the snapshot. */
export type Restored = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const VERSION = 1;

type Check = (value: unknown) => boolean;

const isAmount: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isCount: Check = (value) => Number.isInteger(value) && isAmount(value);
const isText: Check = (value) => typeof value === 'string';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isPart: Check = (part) =>
  isRecord(part) &&
  isAmount(part['ageMs']) &&
  isCount(part['calls']) &&
  isCount(part['failures']) &&
  isCount(part['slow']) &&
  Math.max(Number(part['failures']), Number(part['slow'])) <= Number(part['calls']);

const isIsolation: Check = (isolation) =>
  isRecord(isolation) && isText(isolation['reason']) && isAmount(isolation['forMs']);

const listOf =
  (check: Check, longest: number): Check =>
  (value) =>
    Array.isArray(value) && value.length <= longest && value.every(check);

const FIELDS: readonly (readonly [keyof BreakerSnapshot, Check, string])[] = [
  ['takenAt', isAmount, 'milliseconds since the epoch'],
  [
    'state',
    (value) => ['closed', 'open', 'half_open'].includes(value as string),
    'closed, open or half_open',
  ],
  ['inStateForMs', isAmount, 'a number of milliseconds'],
  ['remainingOpenMs', isAmount, 'a number of milliseconds'],
  ['openings', isCount, 'a whole number'],
  ['consecutiveFailures', isCount, 'a whole number'],
  ['why', isText, 'text'],
  ['lastCause', (value) => value === null || isText(value), 'text or null'],
  ['isolations', listOf(isIsolation, 1_000), 'a list of reasons with their ages'],
  ['window', listOf(isPart, WINDOW_PARTS), `a list of at most ${WINDOW_PARTS} parts`],
];

/** The snapshot of the breaker `name`, or what is wrong with it. */
export function parseBreakerSnapshot(
  snapshot: unknown,
  name: string,
): BreakerSnapshot | { readonly fault: string } {
  if (!isRecord(snapshot)) return { fault: 'the snapshot is not an object' };
  if (snapshot['version'] !== VERSION)
    return { fault: `the snapshot has version ${String(snapshot['version'])}, not ${VERSION}` };
  if (snapshot['name'] !== name)
    return { fault: `the snapshot is of ${String(snapshot['name'])}, not of ${name}` };
  const wrong = FIELDS.find(([field, check]) => !check(snapshot[field]));
  if (wrong) return { fault: `${wrong[0]} of the snapshot must be ${wrong[2]}` };
  return asSnapshot(snapshot);
}

/** Every field has been looked at. */
const asSnapshot = (snapshot: object): BreakerSnapshot => snapshot as BreakerSnapshot;

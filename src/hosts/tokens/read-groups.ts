import { FULL, REFRESH } from './plan-scan.ts';
import type { TurnRead } from './plan-turns.ts';
import type { PlanSettings } from './plan.ts';

/** Groups of reads; each is a job of its own. */
export const READ_GROUPS = ['hot', 'cold', 'archive', 'activation'] as const;
export type ReadGroup = (typeof READ_GROUPS)[number];

/** One figure for each group. */
export type ByGroup<Value> = Readonly<Record<ReadGroup, Value>>;

/** The group in which a token is read for itself; tokens that are due soon are left out of that. */
const CLASS_GROUPS = { hot: 'hot', first: 'cold', cold: 'cold', archived: 'archive' } as const;

/** How many of its due tokens a batch reads for each group. */
function shares(why: Extract<TurnRead, { kind: 'batch' }>['why']): Record<ReadGroup, number> {
  const shares = { hot: 0, cold: 0, archive: 0, activation: 0 };
  for (const name of Object.keys(CLASS_GROUPS) as (keyof typeof CLASS_GROUPS)[])
    shares[CLASS_GROUPS[name]] += why[name];
  return shares;
}

/**
 * To which group a read belongs: what judges a token by all of its pools is activation; a batch belongs to the group with
 * most due tokens in it, and of two with as many to the more urgent one. Pure.
 */
export function groupOfRead(read: TurnRead): ReadGroup {
  if (read.kind !== 'batch') return 'activation';
  const due = shares(read.why);
  return READ_GROUPS.reduce((best, group) => (due[group] > due[best] ? group : best));
}

/** The groups for which a read does something. Pure. */
function groupsServed(read: TurnRead): readonly ReadGroup[] {
  if (read.kind !== 'batch') return ['activation'];
  const due = shares(read.why);
  return READ_GROUPS.filter((group) => due[group] > 0);
}

/** Which classes of due reads nobody takes while their groups are closed: by {@link REFRESH} and by {@link FULL}. Pure. */
export function closedClasses(closed: ReadonlySet<ReadGroup>): {
  readonly refresh: readonly boolean[];
  readonly full: readonly boolean[];
} {
  const refresh = (Object.keys(REFRESH) as (keyof typeof REFRESH)[]).map((name) =>
    closed.has(CLASS_GROUPS[name]),
  );
  return { refresh, full: Object.keys(FULL).map(() => closed.has('activation')) };
}

/** How many requests went to others while a group had tokens due and got none. */
export const NOT_PASSED_OVER: ByGroup<number> = { hot: 0, cold: 0, archive: 0, activation: 0 };

/**
 * The same after one more turn.
 * @param due tokens of each group that are due and not in the reads of the turn.
 */
export function passOver(
  before: ByGroup<number>,
  reads: readonly TurnRead[],
  due: ByGroup<number>,
): ByGroup<number> {
  const served = new Set(reads.flatMap(groupsServed));
  const after = { ...before };
  for (const group of READ_GROUPS)
    after[group] = served.has(group) || due[group] === 0 ? 0 : before[group] + reads.length;
  return after;
}

/** A group that gets nothing out of so many times the requests in which its kept share comes to one is passed over. */
const PATIENCE = 3;

/** How many requests may go to others before a group with tokens due is passed over; Infinity without a kept share. Pure. */
export function patienceOf(settings: PlanSettings): ByGroup<number> {
  const { coldShare, firstShare, archivedShare, checkShare } = settings;
  const requests = (share: number): number => (share > 0 ? Math.ceil(PATIENCE / share) : Infinity);
  return {
    hot: requests(1 - coldShare - firstShare - archivedShare - checkShare),
    cold: requests(coldShare),
    archive: requests(archivedShare),
    activation: requests(checkShare),
  };
}

import type { DependencyReport } from '../../../src/contract/index.ts';
import { count, percent } from '../format.ts';

type RecentCalls = NonNullable<DependencyReport['recent']>;

/** The number and of what kinds, the most first: "23 failed (3.1 %): 21 transient, 2 throttled"; null when there is none. */
function counted(
  counts: Readonly<Record<string, number>>,
  head: (total: number) => string,
  say: (kind: string) => string,
): string | null {
  const some = Object.entries(counts).filter(([, number]) => number > 0);
  const [only] = some;
  if (!only) return null;
  const all = head(some.reduce((sum, [, number]) => sum + number, 0));
  if (some.length === 1) return `${all}: ${say(only[0])}`;
  const kinds = some
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, number]) => `${count(number)} ${say(kind)}`);
  return `${all}: ${kinds.join(', ')}`;
}

/** The calls that failed, by kind. A call that the service gave up by itself has not failed. */
export function failuresIn(
  failures: RecentCalls['failures'],
  errorRate: DependencyReport['errorRate'],
): string | null {
  const { cancelled: _cancelled, ...failed } = failures;
  const share = errorRate === null ? '' : ` (${percent(errorRate)})`;
  return counted(
    failed,
    (total) => `${count(total)} failed${share}`,
    (kind) => kind,
  );
}

const refusers: Record<string, string> = {
  breaker: 'breaker open',
  quota: 'quota spent',
  bulkhead: 'too many at once',
  deadline: 'no time left',
  offline: 'no network',
};

/** The calls that were not made, by what refused them. */
export function refusedIn(refused: RecentCalls['refused']): string | null {
  return counted(refused, count, (by) => refusers[by] ?? by);
}

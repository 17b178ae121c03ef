import type { Clock } from '../kernel/index.ts';
import { createCapacityTrend } from '../warden/metrics/index.ts';

/** So many overdue tokens are critical (R-SIG-18). */
const MOST_BACKLOG = 150;

/** Tells how long the quota of the source lasts, and when too many tokens are overdue, if it goes on as it does. */
export function createWorkCapacity(
  clock: Pick<Clock, 'monotonic'>,
): (
  quota: { readonly used: number; readonly limit: number },
  backlog: number,
) => readonly { readonly signal: string; readonly value: number | null }[] {
  // Of its share, because the quota itself is halved where the source asks for fewer requests.
  const ofQuota = createCapacityTrend(clock, 1);
  const ofBacklog = createCapacityTrend(clock, MOST_BACKLOG);
  return ({ used, limit }, backlog) => [
    { signal: 'quota_full_in_s', value: ofQuota.next(limit > 0 ? used / limit : 1) },
    { signal: 'backlog_full_in_s', value: ofBacklog.next(backlog) },
  ];
}

import type { Clock } from '../../kernel/index.ts';
import type { DependencyReport } from '../../warden/resilience/index.ts';

const SPAN_MS = 60_000;
/** A share of fewer calls says little. */
const CALLS_TO_JUDGE = 20;
/** Away for so long, the source itself is the finding, and what it failed by then is no news afterwards. */
const AWAY_MS = 3_000;

interface Mark {
  readonly atMs: number;
  readonly ended: number;
  readonly failed: number;
}

/**
 * Tells which share of the calls of the last minute failed although the source was there: null while it is away, 0 with
 * fewer than 20 calls. Calls that asked for fewer requests have a finding of their own and count as answered.
 */
export function createErrorShare(
  clock: Pick<Clock, 'monotonic'>,
): (source: Pick<DependencyReport, 'total' | 'awayForMs'>) => number | null {
  let marks: Mark[] = [];
  return ({ total, awayForMs }) => {
    if (awayForMs >= AWAY_MS) {
      marks = [];
      return null;
    }
    const { transient, throttled, persistent, system, critical } = total.failures;
    const failed = transient + persistent + system + critical;
    const latest: Mark = { atMs: clock.monotonic(), ended: total.successes + throttled + failed, failed };
    // The newest mark that is old enough is where the minute begins.
    const begin = marks.findLastIndex(({ atMs }) => latest.atMs - atMs >= SPAN_MS);
    marks = [...marks.slice(Math.max(0, begin)), latest];
    const since = marks[0] ?? latest;
    const ended = latest.ended - since.ended;
    return ended < CALLS_TO_JUDGE ? 0 : (latest.failed - since.failed) / ended;
  };
}

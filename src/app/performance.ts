import type { Clock, Logger } from '../kernel/index.ts';
import type { PerformanceReport, TimedItem } from '../contract/index.ts';
import {
  createPerformanceTracker,
  type PerformanceTracker,
  type TimedReport,
} from '../warden/metrics/index.ts';

/** What took how long, for who records and for who asks. */
export interface Performance {
  readonly timing: PerformanceTracker['timing'];
  readonly report: () => PerformanceReport;
}

/** Times what the service does: calls of its source, runs of its jobs, statements of its store, requests of its API. */
export function createPerformance({
  clock,
  log,
}: {
  readonly clock: Clock;
  readonly log: Logger;
}): Performance {
  const tracker = createPerformanceTracker({ clock, log });
  return {
    timing: tracker.timing,
    report: () => {
      const items = tracker.report().map(shown);
      return { at: clock.now(), findings: findingsOf(items), items };
    },
  };
}

function shown({ kind, name, recent, hour, slowness }: TimedReport): TimedItem {
  return { kind, name, recent, hour, slower: slowness };
}

const WHAT: Readonly<Record<TimedItem['kind'], (name: string) => string>> = {
  api: (name) => `${name} answers`,
  job: (name) => `A run of the group ${name} ends`,
  database: (name) => `The statement ${name} ends`,
  http: (name) => `The own API answers ${name}`,
};

/** One sentence on each thing that has become slower, the worst first. Pure. */
export function findingsOf(items: readonly Pick<TimedItem, 'kind' | 'name' | 'slower'>[]): string[] {
  return items
    .flatMap(({ kind, name, slower }) => (slower === null ? [] : [{ kind, name, slower }]))
    .sort((a, b) => b.slower.ratio - a.slower.ratio)
    .map(
      ({ kind, name, slower }) =>
        `${WHAT[kind](name)} in ${time(slower.recentMs)} on average of late, ${times(slower.ratio)} as long as before (${time(slower.usualMs)}).`,
    );
}

const times = (ratio: number): string => `${ratio < 9.95 ? ratio.toFixed(1) : Math.round(ratio)} times`;
const time = (ms: number): string =>
  ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;

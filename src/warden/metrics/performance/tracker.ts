import type { Clock, Logger } from '../../../kernel/index.ts';
import { TimingSeries, type Timing, type TimingFigures } from './timing-series.ts';
import { slowness, type Slowness } from './slowness.ts';

/** What is timed: calls of an API by endpoint, runs of jobs by group, statements of the database, routes of the own API. */
const TIMED_KINDS = ['api', 'job', 'database', 'http'] as const;
type TimedKind = (typeof TIMED_KINDS)[number];

/** How one thing fared. */
export interface TimedReport {
  readonly kind: TimedKind;
  readonly name: string;
  /** The last five minutes. */
  readonly recent: TimingFigures;
  readonly hour: TimingFigures;
  /** When it is slower than it was: by how much, in words; else null. */
  readonly slowness: Slowness | null;
}

/** Options of {@link createPerformanceTracker}. */
export interface PerformanceOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Logger;
  /** Names of one kind that are told apart; what comes after them is `other`. Default 100. */
  readonly mostNames?: number | undefined;
}

const performanceDefaults = { mostNames: 100 } as const;
/** The name of whatever has no place of its own. */
const OTHER = 'other';

/** Times what the host does. Recording costs no more memory the longer it goes on. */
export interface PerformanceTracker {
  /** What to record one thing with; the same for the same name. To be kept by whoever records often. */
  readonly timing: (kind: TimedKind, name: string) => Timing;
  /** What was recorded within the hour, by kind and then what took most time in all, first. */
  report(): readonly TimedReport[];
}

/** @throws RangeError when `mostNames` is no whole number from 1 on. */
export function createPerformanceTracker({
  clock,
  log,
  mostNames = performanceDefaults.mostNames,
}: PerformanceOptions): PerformanceTracker {
  if (!(Number.isInteger(mostNames) && mostNames >= 1))
    throw new RangeError(`mostNames must be a whole number from 1 on, not ${mostNames}`);
  const kinds = new Map(TIMED_KINDS.map((kind) => [kind, new Map<string, TimingSeries>()]));
  const monotonic = (): number => clock.monotonic();
  const startedMs = monotonic();
  const toldFull = new Set<TimedKind>();

  const timing: PerformanceTracker['timing'] = (kind, name) => {
    const names = kinds.get(kind) as Map<string, TimingSeries>;
    const known = names.get(name);
    if (known !== undefined) return known;
    const isFull = names.size - Number(names.has(OTHER)) >= mostNames;
    if (isFull && name !== OTHER) {
      if (!toldFull.has(kind))
        log.warning('Too many names to time each by itself; further ones are timed together.', {
          kind,
          name,
          most: mostNames,
        });
      toldFull.add(kind);
      return timing(kind, OTHER);
    }
    const series = new TimingSeries(monotonic, startedMs);
    names.set(name, series);
    return series;
  };

  return {
    timing,
    report() {
      return [...kinds].flatMap(([kind, names]) =>
        [...names]
          .map(([name, series]): TimedReport => {
            const [recent, hour] = [series.figures('recent'), series.figures('hour')];
            return { kind, name, recent, hour, slowness: slowness(recent, hour) };
          })
          .filter(({ hour }) => hour.count > 0)
          .sort((a, b) => totalMs(b) - totalMs(a)),
      );
    },
  };
}

const totalMs = ({ hour }: TimedReport): number => hour.count * (hour.averageMs ?? 0);

import type { Clock } from '../kernel/index.ts';
import type { Sample, ThresholdRule } from './detection/index.ts';
import type { Probe } from './observe.ts';
import type { GroupHealth, Scheduler } from './scheduler/index.ts';

/**
 * What is measured of each group of jobs, with the label `group`. Pure.
 * @param now wall clock, in ms.
 * @param waiting by group: the work that waits, where that is not starts.
 */
function jobSamples(
  groups: readonly GroupHealth[],
  now: number,
  waiting: Readonly<Record<string, number>>,
): readonly Sample[] {
  return groups.flatMap(({ group, lastRun, overdueMs, backlog, itemsPerMinute, ...health }) => {
    const labels = { group };
    const lagMs = lastRun === null ? null : Math.max(0, lastRun.startedAt - lastRun.plannedAt);
    return [
      { signal: 'job_lag_s', labels, value: seconds(overdueMs > 0 ? overdueMs : lagMs) },
      { signal: 'job_overdue_s', labels, value: seconds(overdueMs) },
      { signal: 'job_backlog', labels, value: waiting[group] ?? backlog },
      { signal: 'job_items_per_minute', labels, value: itemsPerMinute },
      { signal: 'job_runs_per_hour', labels, value: health.runsPerHour },
      { signal: 'job_planned_per_hour', labels, value: health.plannedPerHour },
      {
        signal: 'job_last_run_age_s',
        labels,
        value: lastRun === null ? null : Math.max(0, now - lastRun.endedAt) / 1_000,
      },
      { signal: 'job_parked', labels, value: health.parked.length },
      { signal: 'job_stalled', labels, value: health.stalled.length },
    ];
  });
}

/** What {@link createJobProbe} needs. */
export interface JobProbePorts {
  readonly clock: Clock;
  readonly scheduler: Pick<Scheduler, 'on' | 'groups'>;
  /** A look at the jobs costs more than a turn of the loop should: its figures are kept for so long, in ms, if no job is parked. */
  readonly everyMs: number;
  /** By group: the work that waits, where that is not starts. */
  readonly waiting?: (() => Readonly<Record<string, number>>) | undefined;
}

/** Measures groups of jobs, and whether the scheduler has given up on itself, until no group is critical any more. */
export function createJobProbe({ clock, scheduler, everyMs, waiting }: JobProbePorts): Probe {
  let isEscalated = false;
  let kept: { readonly atMs: number; readonly samples: readonly Sample[] } = { atMs: -Infinity, samples: [] };
  scheduler.on('escalated', () => {
    isEscalated = true;
  });
  scheduler.on('job_parked', () => {
    kept = { ...kept, atMs: -Infinity };
  });
  return () => {
    if (clock.monotonic() - kept.atMs < everyMs) return kept.samples;
    const groups = scheduler.groups();
    if (isEscalated && groups.every(({ status }) => status !== 'critical')) isEscalated = false;
    const samples = [
      ...jobSamples(groups, clock.now(), waiting?.() ?? {}),
      { signal: 'scheduler_escalated', value: isEscalated ? 1 : 0 },
    ];
    kept = { atMs: clock.monotonic(), samples };
    return samples;
  };
}

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000);

/** A start that is missing for so long is noticed within a minute of its time. */
const LATE_S = 50;
const LATE_INTERVALS = 4;

/** A group of jobs as its rules go by it. */
export interface RuledGroup {
  readonly group: string;
  /** The shortest interval of its jobs, in ms. */
  readonly everyMs: number;
}

/** The rules of a group of jobs. */
export function jobRules({ group, everyMs }: RuledGroup): readonly ThresholdRule[] {
  const labels = { group };
  const intervalsS = (LATE_INTERVALS * everyMs) / 1_000;
  const common = {
    kind: 'threshold',
    labels,
    unit: 'jobs',
    forMs: 0,
    keepForMs: 5_000,
    essential: false,
  } as const;
  return [
    {
      ...common,
      name: `jobs.${group}.not_run`,
      signal: 'job_overdue_s',
      unit: 's',
      warning: { enter: LATE_S, leave: 1 },
      critical: { enter: Math.max(2 * LATE_S, intervalsS), leave: LATE_S },
      describe: (value) =>
        `Jobs of the group ${group} do not run: a start is missing for ${Math.round(value)} s.`,
      nextSteps: ['They are started anew; if that does not help, restart the service and keep its log.'],
      // Nothing runs while the loop is held up.
      symptomOf: ['loop.blocked'],
    },
    {
      ...common,
      name: `jobs.${group}.stalled`,
      signal: 'job_stalled',
      warning: { enter: 1, leave: 0.5 },
      describe: (value) =>
        value === 1
          ? `A job of the group ${group} did not get on, was cut off and runs anew.`
          : `${value} jobs of the group ${group} did not get on, were cut off and run anew.`,
      nextSteps: [
        'The journal says how far it was. What it had begun is done first by the run that follows.',
      ],
    },
    {
      ...common,
      name: `jobs.${group}.parked`,
      signal: 'job_parked',
      warning: { enter: 1, leave: 0.5 },
      describe: (value) =>
        value === 1
          ? `A job of the group ${group} is parked and does not run.`
          : `${value} jobs of the group ${group} are parked and do not run.`,
      nextSteps: [
        'The journal says who parked it and why; one that failed is tried again when what it needs is well.',
      ],
    },
  ];
}

/** The scheduler has restarted itself in vain. */
export const schedulerRule: ThresholdRule = {
  kind: 'threshold',
  name: 'jobs.escalated',
  signal: 'scheduler_escalated',
  unit: '',
  critical: { enter: 1, leave: 0.5 },
  forMs: 0,
  keepForMs: 0,
  essential: false,
  describe: () => 'Jobs stay broken although the scheduler has restarted itself several times.',
  nextSteps: ['See in the journal which jobs are critical and why; restart the service.'],
};

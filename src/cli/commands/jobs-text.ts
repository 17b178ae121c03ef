import type { JobDetail, JobReport, OpenRun, RunReport, SchedulerReport } from '../../contract/index.ts';
import { ago, lengthOf } from '../report.ts';

/** Where a job stands, in words. Pure. */
const STATES: Record<JobReport['state'], string> = {
  idle: 'idle',
  running: 'running',
  stalled: 'stalled',
  backing_off: 'waits after a failure',
  parked: 'parked',
  stopped: 'restarting',
};

const ASKED_BY: Record<RunReport['askedBy'], string> = {
  plan: 'plan',
  retry: 'retry',
  recovery: 'recovery',
  restart: 'restart',
  hand: 'by hand',
};

/** States whose reason a person wants to know. */
const EXPLAINED: ReadonlySet<JobReport['state']> = new Set(['stalled', 'backing_off', 'parked', 'stopped']);

const figure = (value: number | null): string =>
  value === null
    ? '-'
    : (value < 10 ? Math.round(10 * value) / 10 : Math.round(value)).toLocaleString('en-US');

/** Spans below two seconds are the usual ones here: "0.12 s". */
const span = (ms: number): string => (ms < 2_000 ? `${Number((ms / 1_000).toPrecision(2))} s` : lengthOf(ms));

const inTime = (at: number | null, now: number): string =>
  at === null ? '-' : `in ${lengthOf(Math.max(0, at - now))}`;

const outcome = ({ outcome: how, abandoned }: RunReport): string =>
  `${how.replace('_', ' ')}${abandoned ? ', given up' : ''}`;

export const GROUP_COLUMNS = [
  'GROUP',
  'STATUS',
  'LAG',
  'BACKLOG',
  'ITEMS/MIN',
  'RUNS/H',
  'PLANNED/H',
  'LAST RUN',
] as const;

/** One line a group, over the last hour. Pure. */
export function groupRows({ groups, at }: SchedulerReport): readonly string[][] {
  return groups.map((group) => [
    group.group,
    group.status,
    group.lagMs === null ? '-' : span(group.lagMs.mean),
    String(group.backlog),
    figure(group.itemsPerMinute),
    figure(group.runsPerHour),
    figure(group.plannedPerHour),
    ago(group.lastRun?.endedAt ?? null, at),
  ]);
}

export const JOB_COLUMNS = ['JOB', 'GROUP', 'STATE', 'PLAN', 'LAST RUN', 'TOOK', 'OUTCOME', 'NEXT'] as const;

/** One line a job. Pure. */
export function jobRows({ groups, at }: SchedulerReport): readonly string[][] {
  return groups.flatMap(({ jobs }) =>
    jobs.map(({ name, group, state, plan, lastRun, nextStartAt }) => [
      name,
      group,
      STATES[state],
      plan,
      ago(lastRun?.endedAt ?? null, at),
      lastRun === null ? '-' : span(lastRun.durationMs),
      lastRun === null ? '-' : outcome(lastRun),
      inTime(nextStartAt, at),
    ]),
  );
}

/** Why groups are not well, and what made runs fail, one sentence each. Pure. */
export function groupTroubles({ groups }: SchedulerReport): readonly string[] {
  return groups.flatMap(({ group, reasons, errors }) => [
    ...reasons.map((reason) => `${group}: ${reason}.`),
    ...Object.entries(errors)
      .sort(([, a], [, b]) => b - a)
      .map(
        ([cause, count]) => `${group}: ${count} ${count === 1 ? 'run' : 'runs'} in the last hour: ${cause}.`,
      ),
  ]);
}

/** How a job is, one sentence a line. Pure. */
export function jobSentences(job: JobDetail): readonly string[] {
  const { name, group, state, reason, plan, essential, failures, running, waiting, nextStartAt, at } = job;
  const counts = [
    ...(job.skipped > 0 ? [`planned starts left out: ${job.skipped}`] : []),
    ...(job.lateResults > 0 ? [`late results ignored: ${job.lateResults}`] : []),
  ];
  return [
    `${name}: ${STATES[state]}${EXPLAINED.has(state) && reason !== '' ? ` (${reason})` : ''}.`,
    `Group ${group}, ${plan}${essential ? ', essential' : ''}; next start ${inTime(nextStartAt, at).replace('-', 'not planned')}.`,
    ...running.map((run) => openRunSentence(run, at)),
    ...(waiting > 0 ? [`${waiting} ${waiting === 1 ? 'start waits' : 'starts wait'}.`] : []),
    ...(failures > 0 ? [`${failures} ${failures === 1 ? 'run' : 'runs'} in a row did not succeed.`] : []),
    ...(counts.length > 0 ? [`Since the start of the service: ${counts.join(', ')}.`] : []),
  ];
}

function openRunSentence(run: OpenRun, at: number): string {
  const { startedAt, progressAt, progress, inFlight, itemsDone, itemsFailed, errors } = run;
  const parts = [
    ...(progress === null ? [] : [`${progress.done} of ${progress.total}`]),
    ...(itemsDone + itemsFailed + inFlight > 0
      ? [`${itemsDone} items done, ${itemsFailed} failed, ${inFlight} in flight`]
      : []),
    `last progress ${ago(progressAt, at)}`,
    ...errors.map(({ cause, count }) => `${count}× ${cause}`),
  ];
  return `A run is under way for ${lengthOf(Math.max(0, at - startedAt))}: ${parts.join('; ')}.`;
}

/** "plan", "asked by ann: to see". */
function startedBy({ askedBy, who, why }: RunReport): string {
  const by =
    who === null
      ? ASKED_BY[askedBy]
      : askedBy === 'hand'
        ? `asked by ${who}`
        : `${ASKED_BY[askedBy]}, ${who}`;
  return why === null ? by : `${by}: ${why}`;
}

export const RUN_COLUMNS = ['STARTED', 'TOOK', 'OUTCOME', 'DONE', 'FAILED', 'STARTED BY', 'CAUSE'] as const;

/** One line a run. Pure. */
export function runRows({ runs }: JobDetail): readonly string[][] {
  return runs.map((run) => [
    new Date(run.startedAt).toISOString().slice(0, 19).replace('T', ' '),
    span(run.durationMs),
    outcome(run),
    String(run.itemsDone),
    String(run.itemsFailed),
    startedBy(run),
    run.cause ?? '-',
  ]);
}

import type { WorkReport } from '../../contract/index.ts';

export const STAGE_COLUMNS = ['GROUP', 'STAGE', 'TOKENS IN IT', 'A MINUTE', 'TIME IN IT', 'P95'] as const;
export const LAG_COLUMNS = ['STATUS', 'SCORE', 'A MINUTE', 'LATE BY', 'P95'] as const;

const one = (value: number): string =>
  value < 9.95 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US');
const time = (ms: number | null): string =>
  ms === null ? '' : ms < 1_000 ? `${Math.round(ms)} ms` : `${one(ms / 1_000)} s`;

/** How the work gets on, in sentences. Pure. */
export function workSentences(report: WorkReport): readonly string[] {
  const { bottleneck, stalledForMs, stuck, refreshedPerMinute, checkedPerMinute } = report;
  return [
    `${Math.round(refreshedPerMinute)} tokens a minute are read, ${Math.round(checkedPerMinute)} judged by all of their pools.`,
    bottleneck === null ? 'Nothing holds the work up.' : `${bottleneck.sentence} ${bottleneck.knob}`,
    ...(stalledForMs >= 10_000 ? [`No token has been processed for ${time(stalledForMs)}.`] : []),
    ...(stuck > 0
      ? [`${stuck} wait to be judged for over 3 min: \`moonwarden tokens stuck\` says why.`]
      : []),
  ];
}

/** One row a group and stage, over the last five minutes. Pure. */
export const stageRows = ({ stages }: WorkReport): readonly string[][] =>
  stages.map(({ group, stage, waiting, perMinute, dwellMs, p95Ms }) => [
    group,
    stage,
    one(waiting),
    one(perMinute),
    dwellMs === null ? 'none leaves' : time(dwellMs),
    time(p95Ms),
  ]);

/** One row a status and score band: planned to real begin of its reads. Pure. */
export const lagRows = ({ lag }: WorkReport): readonly string[][] =>
  lag.map(({ status, band, perMinute, averageMs, p95Ms }) => [
    status,
    band,
    one(perMinute),
    time(averageMs),
    time(p95Ms),
  ]);

import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, type Clock, type Logger } from '../kernel/index.ts';
import { defineSection, duration, field, integer, keyOf, type SettingsOf } from '../warden/config/index.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const span = (least: number) => duration({ minMs: least, maxMs: 3_660 * DAY_MS });

/** How long everything is kept that is stored. */
export const retentionSection = defineSection({
  name: 'retention',
  about:
    'How long what is stored is kept ([database](database.md#what-is-kept-and-how-long)). Tokens and access tokens stay.',
  fields: {
    journalMs: field(span(DAY_MS), '14d', 'The journal, every entry.'),
    decisionsMs: field(
      span(DAY_MS),
      '90d',
      'Of the journal, what the service judged, decided and did, and what it was told: all but single tokens, runs, feeds, blocks of the loop and samples.',
    ),
    runsMs: field(span(HOUR_MS), '30d', 'Runs of jobs, of each job the newest 10,000.'),
    scorePointsMs: field(span(HOUR_MS), '2h', 'Scores of a token, each of them.'),
    scoreMinutesMs: field(span(HOUR_MS), '2d', 'Scores of a token, rows of a minute.'),
    scoreQuartersMs: field(span(HOUR_MS), '30d', 'Scores of a token, rows of 15 minutes.'),
    checksMs: field(span(HOUR_MS), '7d', 'Checks of the condition of activation, by the hour.'),
    movesMs: field(span(DAY_MS), '30d', 'Moves of tokens between monitoring, active and archived.'),
    // Rows are made of points: they must live until that is done.
    signalPointsMs: field(span(HOUR_MS), '1h', 'Signals, each point.'),
    signalMinutesMs: field(span(HOUR_MS), '2d', 'Signals, rows of a minute.'),
    signalQuartersMs: field(span(DAY_MS), '90d', 'Signals, rows of 15 minutes.'),
    logsMs: field(span(DAY_MS), '14d', 'Rotated log files; at most `log.total_mb` of them in any case.'),
    reports: field(
      integer({ min: 1, max: 10_000 }),
      100,
      'Folders of evidence that were kept for a person, the newest.',
    ),
  },
  check: (values) =>
    (
      [
        ['decisionsMs', 'journalMs'],
        ['scoreMinutesMs', 'scorePointsMs'],
        ['scoreQuartersMs', 'scoreMinutesMs'],
        ['signalMinutesMs', 'signalPointsMs'],
        ['signalQuartersMs', 'signalMinutesMs'],
      ] as const
    ).flatMap(([longer, shorter]) =>
      values[longer] >= values[shorter]
        ? []
        : [{ field: longer, message: `must be at least as long as ${keyOf(shorter)}` }],
    ),
});
export type RetentionSettings = SettingsOf<typeof retentionSection>;

/** Where each of them is stored, for the documentation; a setting that is missing here does not compile. */
const PLACES: Readonly<Record<keyof RetentionSettings, string>> = {
  journalMs: '`journal`',
  decisionsMs: '`journal`',
  runsMs: '`job_run`',
  scorePointsMs: '`score`',
  scoreMinutesMs: '`score_row`',
  scoreQuartersMs: '`score_row`',
  checksMs: '`check_hour`',
  movesMs: '`token_move`',
  signalPointsMs: '`signal_point`',
  signalMinutesMs: '`signal_minute`',
  signalQuartersMs: '`signal_quarter`',
  logsMs: 'folder `logs`',
  reports: 'folder `incidents`',
};

/** The table of what is kept, as the documentation shows it. */
export const retentionRows = (): readonly {
  readonly what: string;
  readonly kept: string;
  readonly where: string;
  readonly setting: string;
}[] =>
  Object.entries(retentionSection.fields).map(([name, { about, initial }]) => ({
    what: about,
    kept: String(initial),
    where: PLACES[name as keyof RetentionSettings],
    setting: `retention.${keyOf(name)}`,
  }));

const ROTATED = /^\d{8}-\d{4}-\d+-moonwarden\.log(?:\.gz)?$/;
const LOOK_MS = HOUR_MS;

/** Removes rotated log files that are past their time, at once and each hour. Returns what ends that. */
export function startLogUpkeep(ports: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly dataFolder: string;
  readonly keptMs: number;
}): () => void {
  const { clock, log, dataFolder, keptMs } = ports;
  let cancel: (() => void) | undefined;
  const look = (): void => {
    cancel = clock.schedule(LOOK_MS, look);
    removeOldLogs(join(dataFolder, 'logs'), clock.now() - keptMs).catch((error: unknown) => {
      log.warning('Old log files could not be removed.', { cause: describeError(error) });
    });
  };
  look();
  return () => {
    cancel?.();
  };
}

/** @param before of this moment (ms since the epoch) the last line may be at most. @throws what the file system throws. */
async function removeOldLogs(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!ROTATED.test(name)) continue;
    const facts = await stat(path).catch(() => null);
    if (facts !== null && facts.mtimeMs < before) await rm(path, { force: true });
  }
}

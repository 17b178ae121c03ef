import type { JournalType } from '../../contract/index.ts';
import type { Clock } from '../../kernel/index.ts';
import type { Database } from './database.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long each kind of history is kept, in ms. */
export interface StoreRetention {
  readonly journalMs: number;
  /** Of the journal, all but {@link DETAILS}. */
  readonly decisionsMs: number;
  readonly scorePointsMs: number;
  readonly scoreMinutesMs: number;
  readonly scoreQuartersMs: number;
  readonly checksMs: number;
  readonly movesMs: number;
}

export const storeRetentionDefaults: StoreRetention = {
  journalMs: 14 * DAY_MS,
  decisionsMs: 90 * DAY_MS,
  scorePointsMs: 2 * HOUR_MS,
  scoreMinutesMs: 48 * HOUR_MS,
  scoreQuartersMs: 30 * DAY_MS,
  checksMs: 7 * DAY_MS,
  movesMs: 30 * DAY_MS,
};

/** Entries of the journal that are no decision of the service: they are many, and tell of one token, run or moment. */
export const DETAILS = [
  'samples',
  'token.discovered',
  'token.checked',
  'token.moved',
  'token.held',
  'token.verified',
  'token.quality',
  'job.cut_off',
  'job.late_result',
  'job.run',
  'feed.lost',
  'feed.gap_closed',
  'loop.blocked',
] as const satisfies readonly JournalType[];

/** One delete removes no more rows than this: a longer one would hold up everything else. */
export const SLICE_ROWS = 1_000;
const PAUSE_MS = 50;

const AGED = "at < ? AND seq < (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'journal_floor')";

/**
 * Removes history that is past its time, slice by slice with pauses between.
 * @returns rows removed.
 */
export async function ageOut(
  database: Database,
  clock: Clock,
  signal: AbortSignal,
  kept: StoreRetention = storeRetentionDefaults,
): Promise<number> {
  const now = clock.now();
  database
    .prepare(
      `INSERT INTO meta (key, value)
       SELECT 'journal_floor', MAX(seq) + 1 FROM journal WHERE at < ? HAVING MAX(seq) IS NOT NULL
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    )
    .run(now - kept.journalMs);
  const slices: [string, readonly (number | string)[]][] = [
    ['score WHERE at < ?', [now - kept.scorePointsMs]],
    ['score_row WHERE step_ms = 60000 AND at < ?', [now - kept.scoreMinutesMs]],
    ['score_row WHERE step_ms = 900000 AND at < ?', [now - kept.scoreQuartersMs]],
    ['check_hour WHERE hour < ?', [now - kept.checksMs]],
    ['token_move WHERE at < ?', [now - kept.movesMs]],
    // Type by type along an index: looking for them among the decisions that stay would take longer with each day.
    ...DETAILS.map((type): [string, readonly (number | string)[]] => [
      `journal WHERE type = ? AND ${AGED}`,
      [type, now - kept.journalMs],
    ]),
    [`journal WHERE ${AGED}`, [now - Math.max(kept.decisionsMs, kept.journalMs)]],
  ];
  let removed = 0;
  for (const [which, parameters] of slices) {
    const table = which.slice(0, which.indexOf(' '));
    const key = table === 'journal' ? 'seq' : 'rowid';
    const statement = database.prepare(
      `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${which} LIMIT ${SLICE_ROWS})`,
    );
    for (;;) {
      const { changes } = statement.run(...parameters);
      removed += changes;
      if (changes > 0) await clock.sleep(PAUSE_MS, signal);
      if (changes < SLICE_ROWS) break;
    }
  }
  return removed;
}

import type { Clock } from '../../kernel/index.ts';
import type { Database } from './database.ts';

const HOUR_MS = 3_600_000;

/** How long each kind of history is kept, in ms (R-TOK-5; the journal as long as incidents can be replayed). */
export const RETENTION_MS = {
  scores: 2 * HOUR_MS,
  minuteRows: 48 * HOUR_MS,
  quarterHourRows: 30 * 24 * HOUR_MS,
  journal: 14 * 24 * HOUR_MS,
  checks: 7 * 24 * HOUR_MS,
  moves: 30 * 24 * HOUR_MS,
} as const;

/** One delete removes no more rows than this: a longer one would hold up everything else. */
export const SLICE_ROWS = 1_000;
const PAUSE_MS = 50;

/**
 * Removes history that is past its time, slice by slice with pauses between.
 * @returns rows removed.
 */
export async function ageOut(database: Database, clock: Clock, signal: AbortSignal): Promise<number> {
  const now = clock.now();
  database
    .prepare(
      `INSERT INTO meta (key, value)
       SELECT 'journal_floor', MAX(seq) + 1 FROM journal WHERE at < ? HAVING MAX(seq) IS NOT NULL
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    )
    .run(now - RETENTION_MS.journal);
  const slices: [string, readonly number[]][] = [
    ['score WHERE at < ?', [now - RETENTION_MS.scores]],
    ['score_row WHERE step_ms = 60000 AND at < ?', [now - RETENTION_MS.minuteRows]],
    ['score_row WHERE step_ms = 900000 AND at < ?', [now - RETENTION_MS.quarterHourRows]],
    ['check_hour WHERE hour < ?', [now - RETENTION_MS.checks]],
    ['token_move WHERE at < ?', [now - RETENTION_MS.moves]],
    [
      "journal WHERE at < ? AND seq < (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'journal_floor')",
      [now - RETENTION_MS.journal],
    ],
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

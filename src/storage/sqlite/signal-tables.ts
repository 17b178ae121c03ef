import { summaryOf } from '../../kernel/index.ts';
import type { ReadPart, Row, SignalHistoryStore, SignalSeries, Tier } from '../../warden/metrics/index.ts';
import type { Database } from './database.ts';

/** The port, answered at once. */
export type SignalTables = {
  readonly [Call in keyof SignalHistoryStore]: (
    ...parameters: Parameters<SignalHistoryStore[Call]>
  ) => Awaited<ReturnType<SignalHistoryStore[Call]>>;
};

const TABLE: Readonly<Record<Tier, string>> = {
  raw: 'signal_point',
  minute: 'signal_minute',
  quarter: 'signal_quarter',
};
const MINUTE_MS = 60_000;
const QUARTER_MS = 900_000;
const SLICE_ROWS = 1_000;
const SEALED = 'signals_sealed_before';

/**
 * The history of signals in SQLite. It blocks while it works, so a file's is used in the maintenance thread only. No
 * other connection may write these tables: rolling up reads before its transaction begins, to keep that short.
 * The driver stores a value that is within 2^-52 of zero as zero.
 */
export function createSignalTables(database: Database): SignalTables {
  const addSeries = database.prepare(
    'INSERT OR IGNORE INTO signal_series (id, name, labels) VALUES (?, ?, ?)',
  );
  const addPoint = database.prepare(
    'INSERT OR IGNORE INTO signal_point (series_id, at, value) VALUES (?, ?, ?)',
  );
  const mark = database.prepare('INSERT OR IGNORE INTO signal_due (step_ms, at, series_id) VALUES (?, ?, ?)');
  const unmark = database.prepare('DELETE FROM signal_due WHERE step_ms = ? AND at = ? AND series_id = ?');
  const due = database.prepare(
    'SELECT series_id AS series, at FROM signal_due WHERE step_ms = ? AND at <= ? ORDER BY at LIMIT ?',
  );
  const firstDue = database.prepare('SELECT min(at) AS at FROM signal_due WHERE step_ms = ?');
  const points = database.prepare(
    'SELECT at, value FROM signal_point WHERE series_id = ? AND at >= ? AND at < ? ORDER BY at',
  );
  const getSealed = database.prepare('SELECT CAST(value AS INTEGER) AS at FROM meta WHERE key = ?');
  const setSealed = database.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const ofTier = <T>(make: (table: string) => T): Readonly<Record<Tier, T>> => ({
    raw: make(TABLE.raw),
    minute: make(TABLE.minute),
    quarter: make(TABLE.quarter),
  });
  const rows = ofTier((table) =>
    database.prepare(
      table === TABLE.raw
        ? 'SELECT at, value AS min, value AS max, value AS avg, value AS p95, 1 AS count FROM signal_point WHERE series_id = ? AND at >= ? AND at < ? ORDER BY at'
        : `SELECT at, min, max, avg, p95, count FROM ${table} WHERE series_id = ? AND at >= ? AND at < ? ORDER BY at`,
    ),
  );
  const putRow = ofTier((table) =>
    table === TABLE.raw
      ? null
      : database.prepare(
          `INSERT OR REPLACE INTO ${table} (series_id, at, min, max, avg, p95, count) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        ),
  );
  // The newest of the oldest `LIMIT` rows of a series before a moment, and how many they are.
  const oldest = ofTier((table) =>
    database.prepare(
      `SELECT max(at) AS newest, count(*) AS count
       FROM (SELECT at FROM ${table} WHERE series_id = ? AND at < ? ORDER BY at LIMIT ?)`,
    ),
  );
  const remove = ofTier((table) => database.prepare(`DELETE FROM ${table} WHERE series_id = ? AND at <= ?`));
  const seriesIds = database.prepare('SELECT id FROM signal_series');

  const sealedBefore = (): number =>
    (getSealed.get(SEALED) as { at: number } | undefined)?.at ?? -Number.MAX_SAFE_INTEGER;
  const transact = <T>(work: () => T): T => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };

  const rollUpTier = (tier: 'minute' | 'quarter', closedBefore: number, most: number): number => {
    const stepMs = tier === 'minute' ? MINUTE_MS : QUARTER_MS;
    const marks = due.all(stepMs, closedBefore - stepMs, most) as { series: number; at: number }[];
    const made = marks.map((period) => ({
      ...period,
      values: (
        points.all(period.series, period.at, period.at + stepMs) as { at: number; value: number }[]
      ).map(({ value }) => value),
    }));
    if (made.length === 0) return 0;
    transact(() => {
      for (const { series, at, values } of made) {
        if (values.length > 0) {
          const { min, max, avg, p95, count } = summaryOf(values);
          putRow[tier]?.run(series, at, min, max, avg, p95, count);
        }
        unmark.run(stepMs, at, series);
      }
    });
    return made.length;
  };

  return {
    open() {
      return transact(() => {
        database.exec(`
          DELETE FROM signal_series WHERE
            NOT EXISTS (SELECT 1 FROM signal_point WHERE series_id = id)
            AND NOT EXISTS (SELECT 1 FROM signal_minute WHERE series_id = id)
            AND NOT EXISTS (SELECT 1 FROM signal_quarter WHERE series_id = id)`);
        const found = database.prepare('SELECT id, name, labels FROM signal_series ORDER BY id').all() as {
          id: number;
          name: string;
          labels: string;
        }[];
        return found.map(({ labels, ...series }): SignalSeries => ({
          ...series,
          labels: JSON.parse(labels) as Record<string, string>,
        }));
      });
    },
    write(series, written) {
      return transact(() => {
        for (const { id, name, labels } of series) addSeries.run(id, name, JSON.stringify(labels));
        const sealed = sealedBefore();
        let late = 0;
        for (const { series: id, at, value } of written) {
          if (at < sealed) {
            late += 1;
            continue;
          }
          if (addPoint.run(id, at, value).changes === 0) continue;
          mark.run(MINUTE_MS, Math.floor(at / MINUTE_MS) * MINUTE_MS, id);
          mark.run(QUARTER_MS, Math.floor(at / QUARTER_MS) * QUARTER_MS, id);
        }
        return late;
      });
    },
    rollUp(closedBefore, most) {
      const minutes = rollUpTier('minute', closedBefore, most);
      return minutes + (minutes < most ? rollUpTier('quarter', closedBefore, most - minutes) : 0);
    },
    prune(before) {
      const firstDueAt = Math.min(
        ...[MINUTE_MS, QUARTER_MS].map(
          (stepMs) => (firstDue.get(stepMs) as { at: number | null }).at ?? Number.MAX_SAFE_INTEGER,
        ),
      );
      const limits = {
        ...before,
        raw: Math.min(before.raw, Math.floor(firstDueAt / QUARTER_MS) * QUARTER_MS),
      };
      const slice: { readonly tier: Tier; readonly id: number; readonly newest: number }[] = [];
      let removed = 0;
      const ids = seriesIds.all() as { id: number }[];
      for (const tier of ['raw', 'minute', 'quarter'] as const) {
        for (const { id } of ids) {
          if (removed >= SLICE_ROWS) break;
          const { newest, count } = oldest[tier].get(id, limits[tier], SLICE_ROWS - removed) as {
            newest: number | null;
            count: number;
          };
          if (newest === null) continue;
          slice.push({ tier, id, newest });
          removed += count;
        }
      }
      if (removed === 0) return 0;
      transact(() => {
        const newestPoint = Math.max(
          ...slice.map(({ tier, newest }) => (tier === 'raw' ? newest : -Infinity)),
        );
        const sealed = (Math.floor(newestPoint / QUARTER_MS) + 1) * QUARTER_MS;
        if (sealed > sealedBefore()) setSealed.run(SEALED, String(sealed));
        for (const { tier, id, newest } of slice) remove[tier].run(id, newest);
      });
      return removed;
    },
    read: (series, parts: readonly ReadPart[]) =>
      parts.map(({ tier, from, to }) => rows[tier].all(series, from, to) as Row[]),
    size() {
      const sizeOf = (table: string): { rows: number; bytes: number } => {
        const { count } = database.prepare(`SELECT count(*) AS count FROM ${table}`).get() as {
          count: number;
        };
        const { bytes } = database
          .prepare('SELECT sum(pgsize) AS bytes FROM dbstat WHERE name = ? AND aggregate = TRUE')
          .get(table) as { bytes: number | null };
        return { rows: count, bytes: bytes ?? 0 };
      };
      return ofTier(sizeOf);
    },
  };
}

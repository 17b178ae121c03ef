import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock, silentLogger } from '../../kernel/index.ts';
import { ageOut, DETAILS, SLICE_ROWS, storeRetentionDefaults } from './aging.ts';
import { openDatabase, type Database } from './database.ts';
import { createJournalReads } from './journal-reads.ts';
import { migrate } from './migrations.ts';
import { openSqliteStore } from './store.ts';

const HOUR = 3_600_000;
const TABLES = ['score', 'score_row', 'journal'] as const;
type Counts = Record<(typeof TABLES)[number], number>;

let database: Database;
let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
  database = openDatabase(':memory:');
  migrate(database);
  database.exec(
    "INSERT INTO token (id, mint, status, status_since, discovered_at, discovered_by, pool_count) VALUES (1, 'm', 'active', 0, 0, 't', 0)",
  );
});
afterEach(() => {
  database.close();
});

const addScore = (tick: number, at: number): unknown =>
  database
    .prepare('INSERT INTO score (token_id, tick, at, score, smoothed_score) VALUES (1, ?, ?, 1, 1)')
    .run(tick, at);
const addRow = (stepMs: number, at: number): unknown =>
  database
    .prepare(
      'INSERT INTO score_row (token_id, step_ms, at, min, max, sum, count) VALUES (1, ?, ?, 1, 1, 1, 1)',
    )
    .run(stepMs, at);
const addEntry = (at: number, type = 'token.checked'): unknown =>
  database.prepare("INSERT INTO journal (at, type, reason, data) VALUES (?, ?, 'r', '{}')").run(at, type);
const addCheck = (hour: number): unknown =>
  database.prepare('INSERT INTO check_hour (hour, token_id, passed) VALUES (?, 1, 0)').run(hour);
const addMove = (at: number): unknown =>
  database
    .prepare(
      "INSERT INTO token_move (token_id, at, from_status, to_status, cause, dwell_ms, age_ms) VALUES (1, ?, 'active', 'archived', 'low_score', 1, 1)",
    )
    .run(at);
const many = (count: number, add: (n: number) => unknown): void => {
  database.exec('BEGIN');
  for (let n = 0; n < count; n++) add(n);
  database.exec('COMMIT');
};
const column = (sql: string): unknown[] =>
  (database.prepare(sql).all() as { v: unknown }[]).map(({ v }) => v);
const counts = (): Counts => {
  const of = (table: string): number => Number(column(`SELECT COUNT(*) AS v FROM ${table}`)[0]);
  return { score: of('score'), score_row: of('score_row'), journal: of('journal') };
};
/** Ages out under virtual time, to its end. */
async function age(): Promise<number> {
  const aging = ageOut(database, clock, new AbortController().signal);
  await clock.advance(HOUR);
  return aging;
}

test('keeps what is within its time to the millisecond, and nothing else', async () => {
  const now = clock.now();
  expect(storeRetentionDefaults).toEqual({
    scorePointsMs: 2 * HOUR,
    scoreMinutesMs: 48 * HOUR,
    scoreQuartersMs: 720 * HOUR,
    journalMs: 336 * HOUR,
    decisionsMs: 2_160 * HOUR,
    checksMs: 168 * HOUR,
    movesMs: 720 * HOUR,
  });
  for (const [n, over] of [0, 1].entries()) {
    addScore(n, now - 2 * HOUR - over);
    addRow(60_000, now - 48 * HOUR - over);
    addRow(900_000, now - 720 * HOUR - over);
    addEntry(now - 336 * HOUR - (1 - over));
    addCheck(now - 168 * HOUR - over);
    addMove(now - 720 * HOUR - over);
  }
  expect(await age()).toBe(6);
  expect(column('SELECT at AS v FROM score')).toEqual([now - 2 * HOUR]);
  expect(column('SELECT at AS v FROM score_row ORDER BY step_ms')).toEqual([
    now - 48 * HOUR,
    now - 720 * HOUR,
  ]);
  expect(column('SELECT at AS v FROM journal')).toEqual([now - 336 * HOUR]);
  expect(column('SELECT hour AS v FROM check_hour')).toEqual([now - 168 * HOUR]);
  expect(column('SELECT at AS v FROM token_move')).toEqual([now - 720 * HOUR]);
  expect(await age(), 'an hour later').toBe(6);
  expect(counts()).toEqual({ score: 0, score_row: 0, journal: 0 });
});

test('of the journal what was judged, decided and done is kept longer, and what is of a type of earlier versions', async () => {
  const now = clock.now();
  const decisions = [
    'condition.started',
    'action.taken',
    'recovery.manual',
    'config.changed',
    'of an earlier version',
  ];
  for (const over of [0, 1])
    for (const type of [...DETAILS, ...decisions]) {
      addEntry(now - 2_160 * HOUR - 1 + over, type);
      addEntry(now - 336 * HOUR - 1 + over, type);
    }
  addEntry(now, 'samples');
  await age();
  const left = database.prepare('SELECT type, at FROM journal ORDER BY at, seq').all() as {
    type: string;
    at: number;
  }[];
  expect(left.filter(({ at }) => at < now - 336 * HOUR).map(({ type }) => type)).toEqual([
    ...decisions,
    ...decisions,
  ]);
  expect(left.filter(({ type, at }) => type === 'token.moved' && at < now)).toHaveLength(1);
});

test('keeps as long as it is told to', async () => {
  addEntry(clock.now() - 48 * HOUR);
  addEntry(clock.now() - 48 * HOUR, 'condition.started');
  addScore(1, clock.now() - 4 * HOUR);
  const kept = {
    ...storeRetentionDefaults,
    journalMs: 24 * HOUR,
    decisionsMs: 24 * HOUR,
    scorePointsMs: 5 * HOUR,
  };
  const aging = ageOut(database, clock, new AbortController().signal, kept);
  await clock.advance(500);
  expect(await aging).toBe(2);
  expect(counts()).toEqual({ score: 1, score_row: 0, journal: 0 });
});

test('removes at most 1,000 rows in one statement, and lets others work in between', async () => {
  expect(SLICE_ROWS).toBe(1_000);
  const old = clock.now() - 800 * HOUR;
  many(3_500, (n) => addScore(n, old + n));
  many(2_500, (n) => addRow(60_000, old + n * 60_000));
  many(1_500, (n) => addRow(900_000, old - n * 900_000));
  many(2_100, (n) => addEntry(old + n));
  // What SQLite itself counts between two moments at which others can work.
  const gone = ageOut(database, clock, new AbortController().signal);
  const statements: number[] = [];
  let before = counts();
  let pauses = 0;
  for (let done = false; !done; pauses++) {
    const now = counts();
    for (const table of TABLES) if (before[table] > now[table]) statements.push(before[table] - now[table]);
    before = now;
    done = now.score + now.score_row + now.journal === 0;
    if (!done) expect(clock.pending).toBe(1);
    await clock.advance(50);
  }
  expect(await gone).toBe(9_600);
  expect(Math.max(...statements)).toBeLessThanOrEqual(SLICE_ROWS);
  expect(pauses).toBeGreaterThanOrEqual(9);
});

test('ends at once when the store closes', async () => {
  many(2_500, (n) => addScore(n, 0));
  const stopping = new AbortController();
  const aging = ageOut(database, clock, stopping.signal);
  stopping.abort(new Error('closing'));
  await expect(aging).rejects.toThrow('sleep');
  expect(counts().score).toBe(1_500);
});

test('never gives the number of an entry that has aged out to another one', async () => {
  for (let n = 0; n < 5; n++) addEntry(clock.now() - 400 * HOUR);
  await age();
  expect(counts().journal).toBe(0);
  addEntry(clock.now());
  expect(column('SELECT seq AS v FROM journal')).toEqual([6]);
  expect(createJournalReads(database).lastSeq()).toBe(6);
});

test('the journal takes no change and gives up nothing that has not aged out', async () => {
  for (const age of [400, 400, 1]) addEntry(clock.now() - age * HOUR);
  const refused = (sql: string): void => {
    expect(() => {
      database.exec(sql);
    }, sql).toThrow('the journal is append-only');
  };
  const all = column('SELECT seq AS v FROM journal');
  for (const sql of [
    'DELETE FROM journal',
    'DELETE FROM journal WHERE seq = 1',
    "UPDATE journal SET reason = ''",
    'UPDATE journal SET seq = 9 WHERE seq = 1',
  ])
    refused(sql);
  expect(column('SELECT seq AS v FROM journal')).toEqual(all);
  expect(await age()).toBe(2);
  refused('DELETE FROM journal');
  refused("UPDATE journal SET data = '{}'");
  expect(column('SELECT seq AS v FROM journal')).toEqual([3]);
});

test('a clock that was set back keeps what it should have removed, and loses nothing', async () => {
  addEntry(clock.now());
  addEntry(clock.now() - 400 * HOUR);
  addEntry(clock.now());
  expect(await age()).toBe(1);
  expect(column('SELECT seq AS v FROM journal')).toEqual([1, 3]);
});

test('runs by itself once a minute while the store is kept up', async () => {
  const store = openSqliteStore({ clock, log: silentLogger, folder: null });
  const entry = {
    type: 'service.stopped',
    at: clock.now() - 2_400 * HOUR,
    subject: null,
    reason: 'r',
    data: { cause: 'c' },
  } as const;
  await store.commit([{ kind: 'journal', entry }]);
  store.startUpkeep();
  await clock.advance(59_999);
  expect(store.journal.page({ limit: 1 }).items).toHaveLength(1);
  await clock.advance(1);
  expect(store.journal.page({ limit: 1 }).items).toEqual([]);
  await store.commit([{ kind: 'journal', entry }]);
  await clock.advance(60_050);
  expect(store.journal.page({ limit: 1 }).items).toEqual([]);
  await store.close();
  expect(clock.pending).toBe(0);
});

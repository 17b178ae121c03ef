import { beforeEach, expect, test } from 'vitest';
import type { TokenChange } from '../../hosts/tokens/index.ts';
import { FakeClock, silentLogger } from '../../kernel/index.ts';
import { discovered, makeToken, noted, scored, START, stored } from '../../../test/contracts/tokens.ts';
import { createCommits, type Commits } from './commits.ts';
import { openDatabase, type Database } from './database.ts';
import { migrate } from './migrations.ts';
import type { Reserve } from './reserve.ts';
import { roomySignals } from './roomy-signals.ts';
import { createWriter } from './write.ts';

/** Pages that a reserve gives free. */
const RESERVE_PAGES = 40;

let clock: FakeClock;
let database: Database;
let commits: Commits;
let pages: number;
let reserve: { there: boolean; room: boolean; freed: number };
const stopping = new AbortController();

const limit = (): void => {
  database.exec(`PRAGMA max_page_count = ${pages}`);
};
const told: string[] = [];
/** @param hasReserve without one a full disk is like any database that takes nothing. */
function open(hasReserve: boolean): void {
  clock = new FakeClock();
  database = openDatabase(':memory:');
  migrate(database);
  reserve = { there: true, room: false, freed: 0 };
  const port: Reserve = {
    make() {
      if (!reserve.there) pages -= RESERVE_PAGES;
      reserve.there = true;
      limit();
      return true;
    },
    free() {
      if (!reserve.there) return false;
      reserve.there = false;
      reserve.freed += 1;
      pages += RESERVE_PAGES;
      limit();
      return true;
    },
    hasRoom: () => reserve.room,
  };
  const write = createWriter(database);
  commits = createCommits({
    clock,
    log: silentLogger,
    watch: { waits: () => () => undefined },
    transact(changes) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const entries = write(changes);
        database.exec('COMMIT');
        return entries;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    reserve: hasReserve ? port : null,
    onDamage: () => undefined,
    tell: (entries) => void told.push(...entries.map(({ subject }) => subject ?? '')),
    stopping: stopping.signal,
  });
}
beforeEach(() => {
  told.length = 0;
  open(true);
});

/** From now on SQLite itself says that there is no room for more. */
function fillUp(): void {
  const { page_count: count } = database.prepare('PRAGMA page_count').get() as { page_count: number };
  pages = count;
  limit();
}
const rows = (table: string): number =>
  (database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
const reads = (n: number): TokenChange[] =>
  Array.from({ length: 40 }, (_, k) => makeToken(k)).flatMap((token): TokenChange[] => [
    { kind: 'token.refreshed', token },
    scored(token, n, START + n, 0.5),
  ]);
const note = (n: number): TokenChange => ({
  kind: 'journal',
  entry: { type: 'service.stopped', at: n, subject: null, reason: 'x'.repeat(2_000), data: { cause: 'c' } },
});

test('on a full disk less and less is written, and what is essential goes on out of the reserve', async () => {
  for (let n = 0; n < 40; n++)
    await commits.commit([...stored(makeToken(n)), noted(discovered(makeToken(n)))]);
  fillUp();
  for (let n = 1; n < 60 && commits.state().roomLevel < 2; n++) await commits.commit(reads(n));
  expect(commits.state().roomLevel, 'reads go on in memory').toBe(2);
  expect(reserve.freed, 'the reserve is not for scores').toBe(0);
  const { leftOut } = commits.state();
  expect(leftOut).toBeGreaterThan(0);
  const scores = rows('score');
  await commits.commit(reads(99));
  expect(rows('score')).toBe(scores);
  expect(commits.state().leftOut).toBe(leftOut + 80);
  // The journal fills what was left inside the pages, and then the reserve.
  const before = rows('journal');
  let written = 0;
  while (commits.state().roomLevel < 3 && written < 200) {
    await commits.commit([note(written)]);
    written += 1;
  }
  expect(reserve.freed).toBe(1);
  for (let n = 0; n < 20; n++) await commits.commit([note(n)]);
  expect(rows('journal')).toBe(before + written + 20);
  expect(commits.fault(), 'what is essential is written').toBeNull();
  await expect(
    commits.commit([...stored(makeToken(500)), noted(discovered(makeToken(500)))]),
  ).rejects.toMatchObject({ code: 'STORE_FULL' });
  expect(commits.fault(), 'refused by rule').toBeNull();
});

test('beyond the reserve the journal waits in memory, and nothing of it is lost when there is room again', async () => {
  fillUp();
  const before = rows('journal');
  let n = 0;
  while (commits.state().waiting === 0 && n < 500) await commits.commit([note(n++)], { mayWait: true });
  expect(commits.state()).toMatchObject({ roomLevel: 3, waiting: 1 });
  expect(commits.fault()).toMatch(/cannot grow/);
  for (let more = 0; more < 10; more++) await commits.commit([note(n++)], { mayWait: true });
  expect(commits.state().waiting).toBe(11);
  commits.lookAtRoom();
  expect(commits.state().roomLevel, 'no room yet').toBe(3);
  pages += 200;
  limit();
  reserve.room = true;
  await clock.advance(10_000);
  commits.lookAtRoom();
  expect(commits.state().roomLevel).toBe(0);
  expect(reserve.there, 'it is made anew').toBe(true);
  await clock.advance(6_000);
  expect(commits.state()).toMatchObject({ waiting: 0, lost: 0 });
  expect(rows('journal')).toBe(before + n);
  expect(commits.fault()).toBeNull();
  await commits.commit([...stored(makeToken(1)), noted(discovered(makeToken(1)))]);
});

test('the history of signals stops first, whoever finds the disk full', async () => {
  const written: number[] = [];
  let full = true;
  const signals = roomySignals(
    {
      open: () => Promise.resolve([]),
      write(_series, points) {
        if (full) return Promise.reject(new Error('database or disk is full'));
        written.push(points.length);
        return Promise.resolve(0);
      },
      rollUp: () => Promise.resolve(0),
      prune: () => Promise.resolve(7),
      read: () => Promise.resolve([]),
      size: () => Promise.reject(new Error('not asked for')),
    },
    commits,
  );
  await expect(signals.write([], [])).rejects.toThrow('database or disk is full');
  expect(commits.state().roomLevel).toBe(1);
  full = false;
  await expect(signals.write([], [])).rejects.toThrow('the history of signals waits');
  await expect(signals.rollUp(1, 1)).rejects.toThrow('the history of signals waits');
  expect(await signals.prune({ raw: 0, minute: 0, quarter: 0 }), 'what is deleted makes room').toBe(7);
  await commits.commit([noted(discovered(makeToken(1)))]);
  reserve.room = true;
  await clock.advance(10_000);
  pages = 10_000;
  commits.lookAtRoom();
  await signals.write([], [{ series: 1, at: 1, value: 1 }]);
  expect(written).toEqual([1]);
});

const entry = (n: number): TokenChange => noted(discovered(makeToken(n)));
/** A database that takes nothing, until it is told to. */
function takesNothing(): () => void {
  open(false);
  fillUp();
  // What is left inside the pages.
  for (let n = 0; commits.fault() === null && n < 500; n++)
    void commits.commit([{ ...note(n) }]).catch(() => undefined);
  expect(commits.fault()).toMatch(/cannot grow/);
  return () => {
    pages = 1_000_000;
    limit();
  };
}

test('what may wait does so in memory and is told of when it is stored, in its order; who must know is refused', async () => {
  const takeAgain = takesNothing();
  await commits.commit([entry(10)], { mayWait: true });
  await commits.commit([entry(11), entry(12)], { mayWait: true });
  expect(commits.state()).toMatchObject({ waiting: 3, lost: 0, roomLevel: 0 });
  await expect(commits.commit([entry(2)])).rejects.toMatchObject({ code: 'STORE_FULL' });
  told.length = 0;
  await clock.advance(20_000);
  expect(told).toEqual([]);
  takeAgain();
  // The longest pause between two tries.
  await clock.advance(5_000);
  expect(commits.state().waiting).toBe(0);
  expect(commits.fault()).toBeNull();
  expect(told).toEqual([10, 11, 12].map((n) => makeToken(n).mint));
  expect(clock.pending).toBe(0);
});

test('what waits is written before what is made later, and at the end of the process', async () => {
  const takeAgain = takesNothing();
  await commits.commit([entry(1)], { mayWait: true });
  told.length = 0;
  takeAgain();
  await commits.commit([entry(2)]);
  expect(told).toEqual([1, 2].map((n) => makeToken(n).mint));
  fillUp();
  for (let n = 0; commits.state().waiting === 0 && n < 500; n++)
    await commits.commit([note(n)], { mayWait: true });
  takeAgain();
  commits.end();
  expect(commits.state()).toMatchObject({ waiting: 0, lost: 0 });
});

test('no more waits than there is room for; half of it is a reason to make no more', async () => {
  const takeAgain = takesNothing();
  const before = rows('journal');
  const many = Array.from({ length: 5_000 }, (_, n) => entry(n));
  await commits.commit(many, { mayWait: true });
  expect(commits.isHeldUp()).toBe(false);
  await commits.commit(many, { mayWait: true });
  expect(commits.isHeldUp()).toBe(true);
  await commits.commit(many, { mayWait: true });
  await commits.commit(many, { mayWait: true });
  expect(commits.state().waiting).toBe(20_000);
  await expect(commits.commit([entry(1)], { mayWait: true })).rejects.toMatchObject({ code: 'STORE_FULL' });
  takeAgain();
  await clock.advance(5_000);
  expect(commits.state()).toMatchObject({ waiting: 0, lost: 0 });
  expect(commits.isHeldUp()).toBe(false);
  expect(rows('journal')).toBe(before + 20_000);
});

test('a change that is wrong itself does not wait, and keeps none from being written', async () => {
  const takeAgain = takesNothing();
  takeAgain();
  await commits.commit(stored(makeToken(1)));
  await expect(commits.commit(stored(makeToken(1)), { mayWait: true })).rejects.toMatchObject({
    code: 'STORE_FAILED',
  });
  fillUp();
  for (let n = 0; commits.state().waiting === 0 && n < 500; n++)
    await commits.commit([note(n)], { mayWait: true });
  await commits.commit(stored(makeToken(1)), { mayWait: true });
  await commits.commit([entry(3)], { mayWait: true });
  told.length = 0;
  takeAgain();
  await clock.advance(5_000);
  expect(commits.state()).toMatchObject({ waiting: 0, lost: stored(makeToken(1)).length });
  expect(told.at(-1)).toBe(makeToken(3).mint);
});

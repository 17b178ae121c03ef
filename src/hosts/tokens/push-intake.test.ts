import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import type { TokenImportResult } from '../../contract/index.ts';
import { createIntake, type Intake } from './push-intake.ts';
import { keptLog, type KeptLog } from './testing/tokens.ts';

let clock: FakeClock;
let log: KeptLog;
let added: (readonly string[])[];
let taken: TokenImportResult[];
let refuse: Error | null;
let takes: () => Promise<void>;
let intake: Intake;

beforeEach(() => {
  clock = new FakeClock();
  log = keptLog();
  added = [];
  taken = [];
  refuse = null;
  takes = async () => {};
  intake = createIntake({
    clock,
    log,
    capacity: 500,
    add: async (mints) => {
      await takes();
      if (refuse) throw refuse;
      added.push(mints);
      return { added: [...mints], duplicates: 0, rejected: [] };
    },
    onTaken: (result) => taken.push(result),
  });
});
afterEach(async () => {
  await intake.stop();
  expect(clock.pending).toBe(0);
});

const offer = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, n) => intake.offer(`mint ${from + n}`));

describe('what is offered', () => {
  it('is handed on together within 250 ms, once', async () => {
    expect(offer(0, 3)).toEqual(['waits', 'waits', 'waits']);
    expect(offer(1, 2)).toEqual(['known']);
    await clock.advance(249);
    expect([added, intake.waiting]).toEqual([[], 3]);
    await clock.advance(1);
    expect(added).toEqual([['mint 0', 'mint 1', 'mint 2']]);
    expect([taken.length, intake.waiting]).toEqual([1, 0]);
    await clock.advance(60_000);
    expect(added, 'nothing more').toHaveLength(1);
  });

  it('in a storm goes in batches, in order', async () => {
    offer(0, 450);
    await clock.advance(250);
    expect(added.map(({ length }) => length)).toEqual([200, 200, 50]);
    expect(added.flat()).toEqual(Array.from({ length: 450 }, (_, n) => `mint ${n}`));
  });

  it('while a batch is being stored goes with the next, and no two are under way', async () => {
    takes = () => clock.sleep(1_000);
    offer(0, 1);
    await clock.advance(500);
    offer(1, 2);
    await clock.advance(750);
    expect(added).toEqual([['mint 0']]);
    await clock.advance(1_250);
    expect(added).toEqual([['mint 0'], ['mint 1']]);
  });

  it('is kept while the store refuses, offered again ever more rarely, and complained of once', async () => {
    refuse = new Error('the disk is full');
    let tries = 0;
    takes = async () => {
      tries += 1;
    };
    offer(0, 2);
    await clock.advance(10 * 60_000);
    expect(intake.waiting).toBe(2);
    // 250 ms, 1 s, 2, 4, 8, 16, then each 30 s.
    expect(tries).toBeGreaterThan(20);
    expect(tries).toBeLessThan(30);
    expect(log.lines).toHaveLength(1);
    refuse = null;
    await clock.advance(30_000);
    expect([added, intake.waiting, intake.overflow]).toEqual([[['mint 0', 'mint 1']], 0, 0]);
  });

  it('beyond the room there is, is counted', async () => {
    refuse = new Error('the disk is full');
    const outcomes = offer(0, 510);
    expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(10);
    expect([intake.waiting, intake.overflow]).toEqual([500, 10]);
    refuse = null;
    await clock.advance(1_000);
    expect(added.flat()).toHaveLength(500);
    expect(offer(600, 601)).toEqual(['waits']);
  });
});

describe('the stop', () => {
  it('hands on what waits', async () => {
    offer(0, 2);
    await intake.stop();
    expect(added).toEqual([['mint 0', 'mint 1']]);
    expect(intake.offer('late')).toBe('full');
  });

  it('waits for the batch under way, then hands on the rest', async () => {
    takes = () => clock.sleep(1_000);
    offer(0, 1);
    await clock.advance(300);
    offer(1, 2);
    const stopped = intake.stop();
    await clock.advance(2_000);
    await stopped;
    expect(added).toEqual([['mint 0'], ['mint 1']]);
  });

  it('does not try a store again that refuses', async () => {
    refuse = new Error('the disk is full');
    offer(0, 1);
    await clock.advance(250);
    await intake.stop();
    expect([added, intake.waiting]).toEqual([[], 1]);
  });
});

import { expect, test } from 'vitest';
import type { RunChange, RunLedger } from './ledger.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import { ASKED, job, play } from './testing/play.ts';

test('many starts that fall due one after the other share wakes, and none is late by more than the pace', async () => {
  const { clock, scheduler } = play();
  const lags: number[] = [];
  const moments = new Set<number>();
  for (let nr = 0; nr < 100; nr++) {
    const run = (): void => {
      lags.push(clock.monotonic() - (2_001 + nr));
      moments.add(clock.monotonic());
    };
    scheduler.add(job({ name: `job ${nr}`, schedule: { everyMs: 60_000, firstAfterMs: 2_001 + nr }, run }));
  }
  await scheduler.start();
  await clock.advance(3_000);
  expect(lags).toHaveLength(100);
  expect(lags[0]).toBe(0);
  expect(Math.max(...lags)).toBeLessThanOrEqual(4);
  expect(moments.size).toBeLessThanOrEqual(26);
});

test('a job with a short interval is not held back by the pace', async () => {
  const { clock, scheduler } = play();
  const starts: number[] = [];
  scheduler.add(job({ schedule: { everyMs: 1_000 } }));
  scheduler.add(
    job({ name: 'fast', schedule: { everyMs: 3 }, run: () => void starts.push(clock.monotonic()) }),
  );
  await scheduler.start();
  await clock.advance(30);
  expect(starts).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
  expect(scheduler.job('fast').skipped).toBe(0);
});

test('a job that is given a short interval is not held back either', async () => {
  const { clock, scheduler } = play();
  let starts = 0;
  scheduler.add(job({ run: () => (starts += 1) }));
  await scheduler.start();
  scheduler.configure('job', { schedule: { everyMs: 2 } });
  await clock.advance(20);
  expect(starts).toBeGreaterThanOrEqual(10);
});

test('a run is written as soon as it has begun, and those that follow closely together', async () => {
  const commits: (readonly RunChange[])[] = [];
  const inner = createMemoryLedger();
  const ledger: RunLedger = {
    ...inner,
    commit(owner, changes) {
      commits.push(changes);
      return inner.commit(owner, changes);
    },
  };
  const { clock, scheduler } = play({ ledger });
  scheduler.add(job({ run: () => clock.sleep(2_000), schedule: { everyMs: 60_000, firstAfterMs: 100 } }));
  for (let nr = 0; nr < 40; nr++)
    scheduler.add(job({ name: `job ${nr}`, schedule: { everyMs: 60_000, firstAfterMs: 500 + nr } }));
  await scheduler.start();
  await clock.advance(100);
  expect(commits.map((changes) => changes.map(({ kind }) => kind))).toEqual([['run.started']]);
  await clock.advance(900);
  expect(commits.length).toBeLessThanOrEqual(8);
  expect(await inner.last('job 39', 1)).toHaveLength(1);
  expect((await inner.load()).unfinished.map(({ job: name }) => name)).toEqual(['job']);
});

test('a group is looked after as long as it has a job, also when another was removed by two at once', async () => {
  const { clock, scheduler } = play();
  const told: string[] = [];
  scheduler.on('group_status', ({ status }) => told.push(status));
  scheduler.add(job({ name: 'gone' }));
  scheduler.add(
    job({
      run: () => {
        if (clock.monotonic() > 8_000) throw new Error('broken');
      },
    }),
  );
  await scheduler.start();
  await clock.advance(6_000);
  const removed = Promise.all([scheduler.remove('gone', ASKED), scheduler.remove('gone', ASKED)]);
  await clock.advance(10);
  await removed;
  await clock.advance(6_000);
  expect(told).toEqual(['healthy', 'degraded']);
});

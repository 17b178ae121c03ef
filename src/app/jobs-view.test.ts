import { expect, test, vi } from 'vitest';
import { jobDetail, jobList, schedulerReport, type JournalDraft } from '../contract/index.ts';
import { FakeClock, createRandom, silentLogger, type ErrorCode } from '../kernel/index.ts';
import { createMemoryLedger, createScheduler, type JobOptions } from '../warden/scheduler/index.ts';
import { createJobsView } from './jobs-view.ts';

const ANN = { who: 'ann', why: 'a test' };
const forEver = (): Promise<never> => new Promise(() => undefined);

function bench(...jobs: readonly Partial<JobOptions>[]) {
  const clock = new FakeClock();
  const ledger = createMemoryLedger();
  const scheduler = createScheduler({
    clock,
    random: createRandom(1),
    log: silentLogger,
    ledger,
    owner: 'first',
  });
  const notes: JournalDraft[] = [];
  for (const options of jobs)
    scheduler.add({
      name: 'hot',
      group: options.name ?? 'hot',
      schedule: { everyMs: 30_000 },
      run: () => undefined,
      ...options,
    });
  const note = (entry: JournalDraft): unknown => notes.push(entry);
  const view = createJobsView({ scheduler, ledger, clock, note, offBy: () => null });
  return { clock, ledger, scheduler, notes, view };
}

const refusal = (code: ErrorCode, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string });

const caught = async (act: () => unknown): Promise<unknown> => {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error;
  }
};

test('while all is well it says so, and shows figures by group', async () => {
  const { clock, scheduler, view } = bench(
    {
      async run({ begin, done, failed }) {
        for (const item of ['a', 'b', 'c']) begin(item);
        done('a');
        done('b');
        failed('c', new Error('no pool'));
        await clock.sleep(2_000);
      },
    },
    { name: 'cold', schedule: { cron: '0 4 * * *', timezone: 'UTC' } },
  );
  await scheduler.start();
  expect(view.scheduler()).toMatchObject({ status: 'unknown', sentence: 'No job has run yet.' });
  await clock.advance(3_600_000);
  const report = schedulerReport.parse(view.scheduler());
  expect(report).toMatchObject({ status: 'healthy', sentence: 'All 2 jobs run as planned.' });
  expect(report.groups[0]).toMatchObject({
    group: 'hot',
    status: 'healthy',
    plannedPerHour: 120,
    backlog: 0,
    durationMs: { p50: 2_000 },
    jobs: [{ name: 'hot', plan: 'every 30 s', nextStartAt: clock.now() + 30_000, lastRun: { itemsDone: 2 } }],
  });
  expect(report.groups[0]?.itemsPerMinute).toBeCloseTo(4, 0);
  expect(report.groups[0]?.runsPerHour).toBeCloseTo(120, -1);
  expect(report.groups[1]).toMatchObject({ status: 'unknown', jobs: [{ plan: 'cron 0 4 * * * (UTC)' }] });
});

test('a run that is under way shows how far it is, and why items failed', async () => {
  const { clock, scheduler, view } = bench({
    async run({ begin, done, failed, progress }) {
      for (const item of ['a', 'b', 'c', 'd']) begin(item);
      progress(3, 4);
      done('a');
      failed('b', new Error('no pool'));
      failed('c', new Error('no pool'));
      await clock.sleep(20_000);
      progress(Number.NaN, 4);
      await clock.sleep(3_000);
      progress(0, 0);
      await clock.sleep(3_000);
    },
  });
  await scheduler.start();
  await clock.advance(31_000);
  expect(jobList.parse(view.list()).items[0]?.running).toEqual([
    {
      runId: 'first/hot/1',
      startedAt: clock.now() - 1_000,
      progressAt: clock.now() - 1_000,
      progress: { done: 3, total: 4 },
      inFlight: 1,
      itemsDone: 1,
      itemsFailed: 2,
      errors: [{ cause: 'no pool', count: 2 }],
    },
  ]);
  await clock.advance(20_000);
  expect(jobList.parse(view.list()).items[0]?.running[0]).toMatchObject({
    progress: null,
    progressAt: clock.now() - 1_000,
  });
  await clock.advance(3_000);
  expect(view.list().items[0]?.running[0]?.progress, 'of nothing').toBeNull();
});

test('what is worst is said first', async () => {
  const failing = { schedule: { everyMs: 1_000 }, restart: { firstMs: 60_000 } };
  const { clock, scheduler, view } = bench(
    {
      ...failing,
      run: () => {
        throw new Error('no answer');
      },
    },
    { name: 'cold', essential: true },
  );
  await scheduler.start();
  await clock.advance(1_500);
  expect(view.scheduler()).toMatchObject({
    status: 'degraded',
    sentence: 'Degraded: hot waits after a failure: no answer.',
  });
  const [hot] = view.list().items;
  expect(hot).toMatchObject({ state: 'backing_off', failures: 1, lastRun: { cause: 'no answer' } });
  expect(hot?.nextStartAt, 'when it is tried again').toBeGreaterThan(clock.now() + 20_000);
  view.park('cold', ANN);
  expect(view.scheduler()).toMatchObject({
    status: 'degraded',
    sentence: 'Degraded: hot waits after a failure: no answer. 1 more reason below.',
  });
});

test('what keeps an essential job from running is critical, and stays the reason', async () => {
  const { clock, scheduler, view } = bench({
    essential: true,
    schedule: { everyMs: 1_000 },
    parkAfter: 1,
    run: () => {
      throw new Error('no answer');
    },
  });
  await scheduler.start();
  await clock.advance(10_500);
  const reason = '1 runs in a row did not succeed; the last: no answer';
  expect(view.scheduler()).toMatchObject({
    status: 'critical',
    sentence: `Critical: hot is parked: ${reason}.`,
  });
  expect(view.list().items[0]).toMatchObject({ reason, parkedByHand: false, nextStartAt: null });
  expect(view.park('hot', ANN).sentence).toBe('hot stays parked until somebody unparks it.');
  expect(view.list().items[0]).toMatchObject({ reason: 'ann: a test', parkedByHand: true });
});

test('why a job waits or is being restarted stays the reason, whatever is left out meanwhile', async () => {
  const { clock, scheduler, view } = bench(
    {
      schedule: { everyMs: 1_000 },
      restart: { firstMs: 60_000 },
      run: () => {
        throw new Error('no answer');
      },
    },
    { name: 'cold', schedule: { everyMs: 1_000 }, run: forEver, stallMs: 3_000, overlap: 'queue' },
    { name: 'archive', schedule: { everyMs: 1_000 }, run: forEver, overlap: 'queue' },
  );
  await scheduler.start();
  await clock.advance(2_500);
  void view.restart('archive', { ...ANN, emergency: false });
  await clock.advance(4_000);
  expect(view.list().items.map(({ state, reason }) => [state, reason])).toEqual([
    ['backing_off', 'no answer'],
    ['stalled', 'no progress for 3 s'],
    ['stopped', 'ann: a test'],
  ]);
});

test('a job shows its last runs, from memory and for more from the ledger', async () => {
  const { clock, ledger, scheduler, view } = bench({ schedule: { everyMs: 1_000 } });
  await scheduler.start();
  await clock.advance(45_500);
  const last = vi.spyOn(ledger, 'last');
  expect((await view.show('hot', 5)).runs).toHaveLength(5);
  expect(last).not.toHaveBeenCalled();
  const { runs, at } = jobDetail.parse(await view.show('hot', 30));
  expect(runs).toHaveLength(30);
  expect(new Set(runs.map(({ runId }) => runId)).size).toBe(30);
  expect(runs.map(({ endedAt }) => at - endedAt)).toEqual(runs.map((_, n) => 500 + 1_000 * n));
  last.mockRejectedValue(new Error('the disk is full'));
  expect((await view.show('hot', 30)).runs, 'what is in memory').toHaveLength(20);
  expect(await caught(() => view.show('nope', 5))).toEqual(refusal('JOB_UNKNOWN', /no job/));
});

test('a run by hand starts at once, and the journal says who asked and why', async () => {
  const { clock, scheduler, notes, view } = bench({ run: () => clock.sleep(10_000) });
  await scheduler.start();
  expect(view.run('hot', { who: 'ann', why: null })).toMatchObject({
    done: true,
    sentence: 'A run of hot starts now.',
  });
  await clock.advance(0);
  expect(view.list().items[0]?.running).toHaveLength(1);
  const why = 'the source is back';
  expect(view.run('hot', { who: 'ann', why }).sentence).toMatch(/when the run under way has ended/);
  await clock.advance(0);
  expect(await caught(() => view.run('hot', { who: 'bob', why }))).toEqual(
    refusal('JOB_STATE', /another waits for its end/),
  );
  expect(notes).toEqual([
    {
      type: 'job.run',
      at: clock.now(),
      subject: 'hot',
      reason: 'ann asked for a run of hot beside its plan.',
      data: { who: 'ann', why: null },
    },
    expect.objectContaining({
      reason: 'ann asked for a run of hot beside its plan: the source is back.',
      data: { who: 'ann', why },
    }),
  ]);
  await clock.advance(21_000);
  const { runs } = await view.show('hot', 5);
  expect(runs.map(({ askedBy, who, why: said }) => [askedBy, who, said])).toEqual([
    ['hand', 'ann', why],
    ['hand', 'ann', null],
  ]);
});

test('a job that may overlap starts beside the run under way', async () => {
  const { clock, scheduler, view } = bench({ run: () => clock.sleep(10_000), overlap: { allow: 2 } });
  await scheduler.start();
  view.run('hot', { who: 'ann', why: null });
  await clock.advance(0);
  expect(view.run('hot', { who: 'ann', why: null }).sentence).toBe('A run of hot starts now.');
  await clock.advance(0);
  expect(view.list().items[0]?.running).toHaveLength(2);
});

test('park and unpark say who and why to the scheduler, once', async () => {
  const { clock, scheduler, notes, view } = bench({});
  const told: unknown[] = [];
  scheduler.on('job_parked', (event) => told.push(event));
  scheduler.on('job_unparked', (event) => told.push(event));
  await scheduler.start();
  expect(view.park('hot', ANN)).toMatchObject({
    sentence: 'hot is parked and starts no run until it is unparked.',
    jobs: [{ state: 'parked', nextStartAt: null }],
  });
  expect(await caught(() => view.park('hot', ANN))).toEqual(
    refusal('JOB_STATE', /parked already: ann: a test/),
  );
  expect(await caught(() => view.run('hot', { who: 'bob', why: null }))).toEqual(
    refusal('JOB_STATE', /parked, so it does not run: ann: a test/),
  );
  await clock.advance(120_000);
  expect((await view.show('hot', 5)).runs).toEqual([]);
  view.unpark('hot', ANN);
  expect(await caught(() => view.unpark('hot', ANN))).toEqual(refusal('JOB_STATE', /not parked/));
  await clock.advance(0);
  expect((await view.show('hot', 5)).runs).toHaveLength(1);
  expect(told).toEqual([
    { job: 'hot', group: 'hot', why: 'ann: a test' },
    { job: 'hot', group: 'hot', ...ANN },
  ]);
  expect(notes, 'what the events of the scheduler tell').toEqual([]);
});

test('a graceful restart waits for the run under way; what takes long is answered before', async () => {
  const { clock, scheduler, view } = bench({ run: () => clock.sleep(4_000) }, { name: 'cold', run: forEver });
  const told: unknown[] = [];
  scheduler.on('restart', (event) => told.push(event));
  await scheduler.start();
  await clock.advance(31_000);
  const hot = view.restart('hot', { ...ANN, emergency: false });
  await clock.advance(3_000);
  expect(await hot).toMatchObject({
    done: true,
    sentence: 'hot restarted after 3 s, when what ran had ended.',
  });
  const cold = view.restartAll({ ...ANN, emergency: false, group: 'cold' });
  await clock.advance(10_000);
  expect(await cold).toMatchObject({ done: false, jobs: [{ name: 'cold', state: 'stopped' }] });
  await clock.advance(30_000);
  expect((await view.show('cold', 1)).runs).toMatchObject([{ outcome: 'cancelled' }]);
  expect(told).toEqual([
    { scope: { job: 'hot' }, emergency: false, ...ANN },
    { scope: { group: 'cold' }, emergency: false, ...ANN },
  ]);
});

test('an emergency restart of everything cuts off at once; what is parked stays parked', async () => {
  const { clock, scheduler, view } = bench({ run: forEver }, { name: 'cold' });
  await scheduler.start();
  await clock.advance(31_000);
  view.park('cold', ANN);
  const { sentence, done, jobs } = await view.restartAll({ ...ANN, emergency: true });
  expect({ sentence, done }).toEqual({
    sentence: '2 jobs restarted at once, and what ran was cut off. Still parked: cold.',
    done: true,
  });
  expect(jobs.map(({ name }) => name)).toEqual(['hot', 'cold']);
  await clock.advance(0);
  expect(view.list().items[0]?.running).toHaveLength(1);
  expect(await caught(() => view.restartAll({ ...ANN, emergency: true, group: 'x' }))).toEqual(
    refusal('JOB_UNKNOWN', /no group/),
  );
});

test('before the start and after the stop nothing is steered, and the report says why', async () => {
  const { scheduler, notes, view } = bench({});
  const refuses = async (): Promise<void> => {
    const asks = [
      () => view.run('hot', ANN),
      () => view.park('hot', ANN),
      () => view.unpark('hot', ANN),
      () => view.restart('hot', { ...ANN, emergency: false }),
      () => view.restartAll({ ...ANN, emergency: false }),
      () => view.restartAll({ ...ANN, emergency: false, group: 'hot' }),
    ];
    for (const ask of asks)
      expect(await caught(ask)).toEqual(refusal('STARTING', /once the service is ready/));
  };
  await refuses();
  await scheduler.start();
  await scheduler.stop(ANN);
  await refuses();
  expect(view.scheduler()).toMatchObject({
    status: 'critical',
    sentence: 'No job is started: the scheduler does not run.',
  });
  expect(notes).toEqual([]);
});

test('without jobs nothing is claimed', async () => {
  const { scheduler, view } = bench();
  await scheduler.start();
  expect(view.scheduler()).toMatchObject({ status: 'unknown', sentence: 'There are no jobs.', groups: [] });
  const { jobs } = await view.restartAll({ ...ANN, emergency: false });
  expect(jobs).toEqual([]);
});

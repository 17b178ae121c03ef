import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../kernel/index.ts';
import type { WardenEvents } from './events.ts';
import type { LogLine } from './log.ts';
import type { WardenOptions } from './options.ts';
import { createWarden, type Warden } from './warden.ts';

let clock = new FakeClock();
let lines: LogLine[] = [];
let warden: Warden;
const create = (options: WardenOptions = {}): Warden => {
  warden = createWarden({
    clock,
    resources: false,
    watchdog: false,
    log: (line) => void lines.push(line),
    recovery: { graceMs: 0, cooldownMs: 5_000 },
    ...options,
  });
  return warden;
};
const kinds = (name: 'condition' | 'recovery'): string[] => {
  const seen: string[] = [];
  warden.on(name, ({ kind }: WardenEvents['condition'] | WardenEvents['recovery']) => void seen.push(kind));
  return seen;
};

beforeEach(() => {
  clock = new FakeClock();
  lines = [];
  create();
});
afterEach(async () => {
  const stopped = warden.stop();
  await clock.advance(60_000);
  await stopped;
});

test('a fault is noticed, healed, seen to be over, and told of', async () => {
  let depth = 50;
  warden.signal('queue_depth', () => depth, { warning: 20, forMs: 2_000 });
  warden.action('restart', 'queue_depth', () => {
    depth = 0;
  });
  const [conditions, recoveries] = [kinds('condition'), kinds('recovery')];
  const healths: string[] = [];
  warden.on('health', ({ sentence }) => void healths.push(sentence));
  warden.start();
  await clock.advance(1_000);
  expect(warden.health()).toMatchObject({ status: 'healthy', ok: true });
  expect(warden.signals()).toContainEqual({ signal: 'queue_depth', value: 50 });
  await clock.advance(5_000);
  expect(conditions).toEqual(['started', 'ended']);
  expect(recoveries).toEqual(['begun', 'worked']);
  expect(healths).toEqual([
    'Healthy. None of its 4 rules finds anything wrong.',
    expect.stringMatching(/^Degraded since \d\d:\d\d UTC: queue_depth is 50, over the limit of 20\./),
    'Healthy. None of its 4 rules finds anything wrong.',
  ]);
  expect(lines.map(({ msg }) => msg)).toEqual([
    'queue_depth is 50, over the limit of 20.',
    'Recovery begins: restart.',
    expect.stringMatching(/^It is over after/),
    'restart worked: queue_depth is over.',
  ]);
});

test('what does not help climbs the ladder, and in the end a person is needed', async () => {
  const done: string[] = [];
  warden.signal('q', () => 1, { critical: 1 });
  for (const step of ['hard', 'soft', 'medium'] as const)
    warden.action(`${step}-one`, 'q', () => void done.push(step), { step, verifyWithinMs: 1_000 });
  const recoveries = kinds('recovery');
  warden.start();
  await clock.advance(60_000);
  expect(done).toEqual(['soft', 'medium', 'hard']);
  expect(recoveries.filter((kind) => kind !== 'waiting')).toEqual([
    ...['begun', 'did-not-work', 'begun', 'did-not-work', 'begun', 'did-not-work', 'person-needed'],
  ]);
});

test('an action that rejects has not worked, and one by hand goes by the same limits', async () => {
  warden.signal('q', () => 0, { warning: 1 });
  warden.action('try', ['q'], () => Promise.reject(new Error('no rights')));
  const told: string[] = [];
  warden.on('recovery', ({ sentence }) => void told.push(sentence));
  warden.start();
  await clock.advance(1_000);
  const first = warden.recover('try', 'Ann');
  const unknown = warden.recover('tyr');
  await clock.advance(2_000);
  expect(await first).toMatchObject({ ok: true });
  expect(await unknown).toEqual({ ok: false, why: 'There is no action named tyr.' });
  expect(told).toContain('try broke off: no rights');
  expect(warden.recoveries().actions).toEqual([expect.objectContaining({ name: 'try', step: 'soft' })]);
});

test('everything can be added while it runs', async () => {
  warden.start();
  await clock.advance(1_000);
  let load = 9;
  warden.probe(() => [{ signal: 'load', labels: { of: 'mail' }, value: load }]);
  warden.rule({ name: 'load.high', signal: 'load', warning: 5 });
  warden.action('shed', 'load.*', () => {
    load = 1;
  });
  const conditions = kinds('condition');
  await clock.advance(3_000);
  expect(conditions).toEqual(['started', 'ended']);
  expect(() => {
    warden.action('other', 'laod', () => undefined);
  }).toThrow('action other: laod is the name of no rule; there are');
});

test('a signal that fails is told of by the warden itself, and stops no other', async () => {
  warden.signal(
    'bad',
    () => {
      throw new Error('gone');
    },
    { warning: 1 },
  );
  warden.signal('good', () => 5, { warning: 1 });
  warden.start();
  await clock.advance(15_000);
  expect(
    warden
      .health()
      .reasons.map(({ condition }) => condition)
      .sort(),
  ).toEqual(['good', 'monitor.failing']);
  expect(lines.filter(({ msg }) => msg.startsWith('A probe failed'))).toHaveLength(1);
});

test('a listener that throws or rejects is logged, and stops no other', async () => {
  warden.signal('q', () => 5, { warning: 1 });
  warden.on('condition', () => {
    throw new Error('one');
  });
  warden.on('condition', async () => {
    throw new Error('two');
  });
  const off = warden.on('condition', () => {
    throw new Error('not me');
  });
  off();
  const seen = kinds('condition');
  warden.start();
  await clock.advance(1_000);
  expect(seen).toEqual(['started']);
  expect(lines.flatMap(({ fields }) => fields['cause'] ?? []).sort()).toEqual(['one', 'two']);
});

describe('rules that come with it', () => {
  const names = (): string[] => warden.rules().map(({ name }) => name);

  test('are those of process, machine and event loop, but for what is not wanted', () => {
    create({ resources: { memoryLimitBytes: 1_000 }, watchdog: true, without: ['process.cpu', 'monitor.*'] });
    expect(names()).toEqual([
      'process.memory',
      'process.heap',
      'process.memory_limit',
      'process.event_loop',
      'process.file_descriptors',
      'host.disk',
      'loop.blocked',
    ]);
  });

  test('give way to one of the same name', () => {
    create({ resources: {} });
    warden.rule({ name: 'process.cpu', signal: 'process_cpu', warning: 0.99 });
    expect(names().filter((name) => name === 'process.cpu')).toHaveLength(1);
    expect(warden.rules().at(-1)).toMatchObject({ name: 'process.cpu', warning: { enter: 0.99 } });
  });
});

describe('jobs', () => {
  test('run by their plan, are measured and judged, and end with the warden', async () => {
    let runs = 0;
    let aborted = false;
    warden.job('tick', { everyMs: 1_000 }, () => void (runs += 1));
    warden.job('long', { everyMs: 1_000, startAtOnce: true }, ({ signal }) => {
      return new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          resolve();
        });
      });
    });
    await clock.advance(5_000);
    expect(runs).toBe(0);
    warden.start();
    await clock.advance(5_500);
    expect(runs).toBe(5);
    expect(warden.rules().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['jobs.tick.not_run', 'jobs.long.parked', 'jobs.escalated']),
    );
    for (const { name, nextSteps } of warden.rules())
      expect(nextSteps.join(' '), name).not.toMatch(/journal|restart the service/);
    expect(warden.signals()).toContainEqual({ signal: 'job_parked', labels: { group: 'tick' }, value: 0 });
    expect(warden.recoveries().actions.map(({ name }) => name)).toContain('restart-jobs-tick');
    const stopped = warden.stop();
    await clock.advance(60_000);
    await stopped;
    expect(aborted).toBe(true);
    const before = runs;
    await clock.advance(10_000);
    expect(runs).toBe(before);
  });

  test('that fail are told of, parked, and degrade health', async () => {
    warden.job('bad', { everyMs: 1_000 }, () => Promise.reject(new Error('no price')), { parkAfter: 2 });
    warden.start();
    await clock.advance(30_000);
    expect(lines.map(({ msg, fields }) => [msg, fields['cause']])).toContainEqual([
      'A run of the job bad failed.',
      'no price',
    ]);
    expect(warden.health().reasons).toEqual([
      expect.objectContaining({ condition: 'jobs.bad.parked{group=bad}', level: 'warning' }),
    ]);
  });

  test('may be added while it runs', async () => {
    warden.start();
    await clock.advance(1_000);
    let runs = 0;
    warden.job('late', { everyMs: 1_000 }, () => void (runs += 1));
    await clock.advance(3_500);
    expect(runs).toBe(3);
  });
});

test('a dependency that fails shows in health with its reason, and no more when it answers', async () => {
  const mail = warden.dependency({ name: 'mail', retry: false, essential: true });
  const disk = warden.dependency({ name: 'disk', retry: false });
  warden.start();
  await clock.advance(1_000);
  const fail = async (): Promise<never> => {
    throw new Error('connection refused.');
  };
  for (let call = 0; call < 2; call++) for (const one of [mail, disk]) await one.tryExecute(fail);
  await clock.advance(1_000);
  expect(warden.health()).toMatchObject({
    status: 'critical',
    reasons: [
      { level: 'critical', reason: 'mail failed 2 times in a row: connection refused.' },
      { level: 'warning', reason: 'disk failed 2 times in a row: connection refused.' },
    ],
  });
  for (const one of [mail, disk]) await one.execute(async () => 1);
  await clock.advance(1_000);
  expect(warden.health().status).toBe('healthy');
  expect(warden.signals()).toContainEqual({
    signal: 'dependency_failing',
    labels: { dependency: 'mail' },
    value: 0,
  });
});

describe('its life', () => {
  test('before, while and after', async () => {
    expect(warden.health()).toMatchObject({ status: 'unknown', ok: false, sentence: 'Not started.' });
    warden.start();
    warden.start();
    await clock.settle();
    expect(warden.health().ok).toBe(true);
    expect(warden.components()[0]).toMatchObject({ title: 'service', status: 'healthy' });
    let asked = 0;
    warden.signal('q', () => (asked += 1));
    await clock.advance(3_000);
    expect(asked).toBe(3);
    const first = warden.stop();
    const second = warden.stop();
    await clock.advance(1_000);
    await Promise.all([first, second]);
    expect(warden.health()).toMatchObject({ status: 'unknown', ok: false, sentence: 'Stopped.' });
    await clock.advance(5_000);
    expect(asked).toBe(3);
    expect(() => {
      warden.start();
    }).toThrow('a warden that was stopped starts no more');
    expect(() => {
      warden.job('late', { everyMs: 1_000 }, () => undefined);
    }).toThrow('job late: it cannot be added: the warden was stopped.');
  });

  test('a stop without a start is nothing', async () => {
    const stopped = warden.stop();
    await clock.settle();
    await expect(stopped).resolves.toBeUndefined();
    expect(lines).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import type { CallContext } from './call.ts';
import { createProbe, probeDefaults, type ProbeOptions, type ProbeResult } from './probe.ts';

const play = (options: Partial<ProbeOptions> = {}) => {
  const clock = new FakeClock();
  const startedAt: number[] = [];
  const contexts: CallContext[] = [];
  const results: ProbeResult[] = [];
  const world = { needed: true, takesMs: 0, answers: false };
  const probe = createProbe({
    clock,
    isNeeded: () => world.needed,
    onResult: (result) => results.push(result),
    ...options,
    async run(context) {
      startedAt.push(clock.monotonic());
      contexts.push(context);
      if (world.takesMs > 0) await clock.sleep(world.takesMs);
      if (!world.answers) throw new Error('down');
    },
  });
  return { clock, probe, startedAt, contexts, results, world };
};

describe('when it runs', () => {
  test('every five seconds from when it is needed, to the millisecond, and never else', async () => {
    const { clock, probe, startedAt, world } = play();
    world.needed = false;
    probe.check();
    await clock.advance(60_000);
    expect([startedAt, clock.pending, probe.state()]).toEqual([[], 0, 'idle']);
    world.needed = true;
    probe.check();
    expect(probe.state()).toBe('waiting');
    await clock.advance(4_999);
    expect(startedAt).toEqual([]);
    await clock.advance(20_001);
    expect(startedAt).toEqual([65_000, 70_000, 75_000, 80_000, 85_000]);
  });

  test('from begin to begin, also when probes take their time; asking for it again alters nothing', async () => {
    const { clock, probe, startedAt, world } = play();
    world.takesMs = 1_500;
    probe.check();
    for (let second = 0; second < 17; second++) {
      await clock.advance(1_000);
      probe.check();
    }
    expect(startedAt).toEqual([5_000, 10_000, 15_000]);
  });

  test('one at a time: the next follows at once on one that takes longer than that', async () => {
    const { clock, probe, startedAt, world } = play({ timeoutMs: 60_000 });
    world.takesMs = 7_000;
    probe.check();
    await clock.advance(11_999);
    expect(startedAt).toEqual([5_000]);
    expect(probe.state()).toBe('running');
    await clock.advance(1);
    expect(startedAt).toEqual([5_000, 12_000]);
  });

  test('up to so many at once: something slow is waited for, and its coming back is found out in time', async () => {
    const { clock, probe, startedAt, results, world, contexts } = play({ timeoutMs: 12_000, atOnce: 3 });
    world.takesMs = 60_000;
    probe.check();
    await clock.advance(18_000);
    // The fourth waits until the first has run out of time at 17 s.
    expect(startedAt).toEqual([5_000, 10_000, 15_000]);
    await clock.advance(3_000);
    expect(startedAt).toEqual([5_000, 10_000, 15_000, 20_000]);
    expect(results).toMatchObject([{ ok: false, durationMs: 12_000 }]);
    world.takesMs = 100;
    world.answers = true;
    await clock.advance(4_100);
    expect(results.at(-1)).toMatchObject({ ok: true, durationMs: 100 });
    world.needed = false;
    probe.check();
    expect([clock.pending > 0, probe.state()]).toEqual([true, 'idle']);
    expect(contexts.map(({ signal }) => signal.aborted)).toEqual([true, true, true, true, false]);
    const told = results.length;
    await clock.advance(120_000);
    expect(results).toHaveLength(told);
    expect(startedAt).toHaveLength(5);
  });

  test('one that is due while as many as may be are under way begins when one of them ends', async () => {
    const { clock, probe, startedAt, world } = play({ timeoutMs: 30_000, atOnce: 2 });
    world.takesMs = 13_000;
    probe.check();
    await clock.advance(40_000);
    expect(startedAt).toEqual([5_000, 10_000, 18_000, 23_000, 31_000, 36_000]);
  });

  test('until it is not needed any more: no timer is left', async () => {
    const { clock, probe, startedAt, world } = play();
    probe.check();
    await clock.advance(5_000);
    world.needed = false;
    probe.check();
    expect([clock.pending, probe.state()]).toEqual([0, 'idle']);
    world.needed = true;
    probe.check();
    await clock.advance(5_000);
    expect(startedAt).toEqual([5_000, 10_000]);
    // Also when nobody said so.
    world.needed = false;
    await clock.advance(60_000);
    expect([startedAt.length, clock.pending, probe.state()]).toEqual([2, 0, 'idle']);
  });

  test('not when asking whether it is needed throws', async () => {
    let throws = false;
    const { clock, probe, startedAt } = play({
      isNeeded: () => {
        if (throws) throw new Error('mine');
        return true;
      },
    });
    probe.check();
    throws = true;
    await clock.advance(5_000);
    expect([startedAt, probe.state()]).toEqual([[], 'idle']);
  });
});

describe('what it finds', () => {
  test('is told and kept: when, whether, why not, and how long it took', async () => {
    const { clock, probe, results, world } = play();
    const begin = clock.now();
    expect(probe.last()).toBeNull();
    world.takesMs = 20;
    probe.check();
    await clock.advance(5_020);
    const failed = { at: begin + 5_000, ok: false, cause: 'down', durationMs: 20 };
    expect(results).toEqual([failed]);
    expect(probe.last()).toEqual(failed);
    world.answers = true;
    await clock.advance(5_000);
    expect(probe.last()).toEqual({ at: begin + 10_000, ok: true, cause: null, durationMs: 20 });
    world.needed = false;
    probe.check();
    expect(probe.last()?.ok).toBe(true);
  });

  test('a probe that hangs is aborted and has failed', async () => {
    const { clock, probe, contexts, results, world } = play({ what: 'GET /health' });
    world.takesMs = 1e9;
    probe.check();
    await clock.advance(5_000);
    expect(contexts[0]?.remainingMs()).toBe(4_000);
    const signal = contexts[0]?.signal;
    await clock.advance(3_999);
    expect(signal?.aborted).toBe(false);
    await clock.advance(1);
    expect(signal?.aborted).toBe(true);
    expect(results).toMatchObject([
      { ok: false, cause: 'GET /health took longer than 4000 ms', durationMs: 4_000 },
    ]);
    await clock.advance(1_000);
    expect(contexts).toHaveLength(2);
  });

  test.each(['need', 'stop'])(
    'a probe under way is aborted with the %s, and tells no result',
    async (ends) => {
      const { clock, probe, contexts, results, world } = play();
      world.takesMs = 1_000;
      probe.check();
      await clock.advance(5_500);
      const signal = contexts[0]?.signal;
      if (ends === 'stop') probe.stop();
      else {
        world.needed = false;
        probe.check();
      }
      expect(signal?.aborted).toBe(true);
      await clock.advance(60_000);
      expect([results, probe.last(), contexts.length]).toEqual([[], null, 1]);
      expect(probe.state()).toBe(ends === 'stop' ? 'stopped' : 'idle');
      world.needed = true;
      probe.check();
      await clock.advance(5_000);
      expect(contexts).toHaveLength(ends === 'stop' ? 1 : 2);
    },
  );

  test('a need that ends and begins anew while one is aborted waits its time', async () => {
    const { clock, probe, startedAt, results, world } = play();
    world.takesMs = 1_000;
    probe.check();
    await clock.advance(5_500);
    world.needed = false;
    probe.check();
    world.needed = true;
    probe.check();
    await clock.advance(5_000);
    expect(startedAt).toEqual([5_000, 10_500]);
    await clock.advance(1_000);
    expect(results).toHaveLength(1);
  });

  test('whoever is told may end the need: half-opening a breaker stops it', async () => {
    const { clock, probe, world, startedAt } = play({
      onResult: ({ ok }) => {
        world.needed = !ok;
        probe.check();
      },
    });
    probe.check();
    await clock.advance(5_000);
    world.answers = true;
    await clock.advance(60_000);
    expect(startedAt).toEqual([5_000, 10_000]);
    expect(clock.pending).toBe(0);
  });

  test('whoever is told may ask again, which does not move the next one', async () => {
    const { clock, probe, world, startedAt } = play({ onResult: () => probe.check() });
    world.takesMs = 300;
    probe.check();
    await clock.advance(15_500);
    expect(startedAt).toEqual([5_000, 10_000, 15_000]);
  });

  test('whoever is told may end the need and begin it anew', async () => {
    const { clock, probe, world, startedAt } = play({
      onResult: () => {
        world.needed = false;
        probe.check();
        world.needed = true;
        probe.check();
      },
    });
    world.takesMs = 300;
    probe.check();
    await clock.advance(11_000);
    expect(startedAt).toEqual([5_000, 10_300]);
    expect(clock.pending).toBe(1);
  });

  test('whoever is told may throw, or stop it', async () => {
    const throwing = play({
      onResult: () => {
        throw new Error('mine');
      },
    });
    throwing.probe.check();
    await throwing.clock.advance(10_000);
    expect(throwing.startedAt).toEqual([5_000, 10_000]);
    expect(throwing.probe.last()?.ok).toBe(false);
    const stopping = play({ onResult: () => stopping.probe.stop() });
    stopping.probe.check();
    await stopping.clock.advance(60_000);
    expect([stopping.startedAt, stopping.probe.state()]).toEqual([[5_000], 'stopped']);
  });
});

describe('settings', () => {
  test('may change while it runs', async () => {
    const { clock, probe, startedAt } = play({ everyMs: 1_000 });
    probe.check();
    await clock.advance(1_000);
    probe.configure({ everyMs: 200 });
    await clock.advance(1_400);
    expect(startedAt).toEqual([1_000, 2_000, 2_200, 2_400]);
  });

  test.each([
    ['everyMs', 0],
    ['everyMs', Infinity],
    ['timeoutMs', -1],
    ['timeoutMs', NaN],
  ])('%s cannot be %s', (option, value) => {
    const error = new RangeError(`${option} must be a finite number above 0, not ${value}`);
    expect(() => play({ [option]: value })).toThrow(error);
    expect(() => play().probe.configure({ [option]: value })).toThrow(error);
  });

  test('by default a probe ends before the next one', () => {
    expect(probeDefaults).toEqual({ everyMs: 5_000, timeoutMs: 4_000, atOnce: 1 });
  });
});

import { expect } from 'vitest';
import {
  FIVE_FAILURES,
  answer,
  callTimes,
  closeIt,
  counting,
  fail,
  hang,
  openOne,
  track,
  triableOne,
  type ContractCase,
} from './breaker-contract.ts';

/** What one expects of any breaker. */
export const ORDINARY_CASES: readonly ContractCase[] = [
  {
    id: 'passes-through',
    promise: 'While closed, the value and the error of the work come through unchanged.',
    async run({ make, time }) {
      const breaker = make(FIVE_FAILURES);
      const calls = [track(breaker.exec(answer)), track(breaker.exec(fail))];
      await time.pass(1);
      expect(calls.map(({ end }) => end)).toEqual(['value answer', 'error broken']);
      expect(calls.some(({ error }) => breaker.rejected(error))).toBe(false);
      expect(breaker.state()).toBe('closed');
    },
  },
  {
    id: 'opens',
    promise: 'It opens at the threshold, not before, and then refuses without running the work.',
    async run(world) {
      const breaker = world.make(FIVE_FAILURES);
      await callTimes(world, breaker, 4, fail);
      expect(breaker.state()).toBe('closed');
      await callTimes(world, breaker, 1, fail);
      expect(breaker.state()).toBe('open');
      const counter = counting(1);
      const refused = track(breaker.exec(counter.work));
      await world.time.pass(5);
      expect([counter.runs, breaker.rejected(refused.error)]).toEqual([0, true]);
    },
  },
  {
    id: 'ratio',
    promise: 'It can open by the share of failures in a window, from a minimum of calls on.',
    async run(world) {
      const breaker = world.make({ trip: { ratio: 0.5, minimumCalls: 20, windowMs: 10_000 }, openMs: 1_000 });
      await callTimes(world, breaker, 10, answer);
      await callTimes(world, breaker, 9, fail);
      expect(breaker.state()).toBe('closed');
      // One more than needed, because some ask for more than the ratio.
      await callTimes(world, breaker, 2, fail);
      expect(breaker.state()).toBe('open');
    },
  },
  {
    id: 'slow-calls',
    promise: 'It can open by the share of slow calls.',
    async run(world) {
      const breaker = world.make({ trip: { slowMs: 100, ratio: 0.5, minimumCalls: 4 }, openMs: 1_000 });
      await callTimes(world, breaker, 2, answer);
      for (let call = 0; call < 2; call++) track(breaker.exec(counting(100).work));
      await world.time.pass(101);
      expect(breaker.state()).toBe('open');
    },
  },
  {
    id: 'recovers',
    promise: 'After the open time it lets calls through again and closes when they succeed.',
    async run(world) {
      const breaker = await openOne(world);
      await world.time.pass(900);
      const early = track(breaker.exec(answer));
      await world.time.pass(101);
      expect(breaker.rejected(early.error)).toBe(true);
      await closeIt(world, breaker);
    },
  },
  {
    id: 'reopens',
    promise: 'A trial that fails opens it again for the whole open time.',
    async run(world) {
      const breaker = await triableOne(world);
      await callTimes(world, breaker, 1, fail);
      expect(breaker.state()).toBe('open');
      await world.time.pass(900);
      const refused = track(breaker.exec(answer));
      await world.time.pass(1);
      expect(breaker.rejected(refused.error)).toBe(true);
    },
  },
  {
    id: 'open-time-grows',
    promise: 'The open time can grow with each opening again.',
    async run(world) {
      const breaker = await openOne(world, { ...FIVE_FAILURES, openGrowth: 2 });
      await world.time.pass(1_001);
      await callTimes(world, breaker, 1, fail);
      await world.time.pass(1_500);
      const refused = track(breaker.exec(answer));
      await world.time.pass(501);
      expect(breaker.rejected(refused.error)).toBe(true);
      const tried = track(breaker.exec(answer));
      await world.time.pass(1);
      expect(tried.end).toBe('value answer');
    },
  },
  {
    id: 'events',
    promise: 'It tells of changes of state, refusals, successes and failures.',
    async run(world) {
      const told: Record<string, number> = {};
      for (const [times, work] of [
        [6, fail],
        [1, answer],
      ] as const) {
        const breaker = world.make(FIVE_FAILURES);
        for (const event of ['state_change', 'refused', 'success', 'failure'] as const)
          breaker.on(event, () => (told[event] = (told[event] ?? 0) + 1));
        await callTimes(world, breaker, times, work);
      }
      expect(told).toEqual({ failure: 5, state_change: 1, refused: 1, success: 1 });
    },
  },
  {
    id: 'refusal-tells',
    promise: 'A refusal says since when, until when, and after which failure.',
    async run(world) {
      const openedAt = world.time.now();
      const breaker = await openOne(world);
      await world.time.pass(300);
      const refused = track(breaker.exec(answer));
      await world.time.pass(0);
      const { since, nextTryAt, lastCause } = breaker.refusal(refused.error);
      expect(Math.abs(since - openedAt)).toBeLessThanOrEqual(5);
      expect(Math.abs(nextTryAt - (openedAt + 1_000))).toBeLessThanOrEqual(5);
      expect(lastCause).toContain('broken');
    },
  },
  {
    id: 'isolates',
    promise: 'It can be held open by hand; several holds nest, and ending one twice ends no other.',
    async run(world) {
      const breaker = world.make(FIVE_FAILURES);
      const [first, second] = [breaker.isolate(), breaker.isolate()];
      first();
      first();
      const refused = track(breaker.exec(answer));
      await world.time.pass(10_000);
      expect([breaker.state(), breaker.rejected(refused.error)]).toEqual(['isolated', true]);
      second();
      const after = track(breaker.exec(answer));
      await world.time.pass(1);
      expect(after.end).toBe('value answer');
    },
  },
  {
    id: 'isolation-remembers',
    promise: 'When a hold by hand ends, a breaker that was open still is.',
    async run(world) {
      const breaker = await openOne(world);
      breaker.isolate()();
      const refused = track(breaker.exec(answer));
      await world.time.pass(1);
      expect([breaker.state(), breaker.rejected(refused.error)]).toEqual(['open', true]);
    },
  },
  {
    id: 'restores',
    promise: 'A snapshot that went through JSON restores it with the remaining open time, not the whole.',
    async run(world) {
      const breaker = await openOne(world);
      await world.time.pass(600);
      const snapshot: unknown = JSON.parse(JSON.stringify(breaker.snapshot()));
      const restored = world.make({ ...FIVE_FAILURES, snapshot });
      const refused = track(restored.exec(answer));
      await world.time.pass(300);
      const still = track(restored.exec(answer));
      await world.time.pass(101);
      expect([refused, still].map(({ error }) => restored.rejected(error))).toEqual([true, true]);
      const tried = track(restored.exec(answer));
      await world.time.pass(1);
      expect(tried.end).toBe('value answer');
    },
  },
  {
    id: 'refuses-bad-snapshot',
    promise: 'A snapshot that makes no sense is refused when it is handed in, with a reason.',
    async run({ make }) {
      for (const snapshot of [
        7,
        {},
        { ownState: { value: 42 } },
        { state: { closed: 'no' } },
        { version: 99 },
      ])
        expect(() => make({ ...FIVE_FAILURES, snapshot }), JSON.stringify(snapshot)).toThrow(/\w{3}/);
    },
  },
  {
    id: 'reconfigures',
    promise: 'A live one takes another open time and keeps its state.',
    async run(world) {
      const breaker = await openOne(world);
      breaker.reconfigure(200);
      expect(breaker.state()).toBe('open');
      await world.time.pass(201);
      const tried = track(breaker.exec(answer));
      await world.time.pass(1);
      expect(tried.end).toBe('value answer');
    },
  },
  {
    id: 'times-out',
    promise: 'With a time limit, a call that hangs is given up and counts as a failure.',
    async run(world) {
      const breaker = world.make({ ...FIVE_FAILURES, timeoutMs: 50 });
      const calls = Array.from({ length: 5 }, () => track(breaker.exec(hang)));
      await world.time.pass(51);
      expect(calls.map(({ end }) => end.startsWith('error'))).toEqual(Array(5).fill(true));
      expect(breaker.state()).toBe('open');
    },
  },
];

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
  type ContractWorld,
  type Tracked,
} from './breaker-contract.ts';

const CALLERS = 1_000;
/** More trials, or calls at once after closing, than this are a stampede. */
const FEW = 10;

/** Rejects as soon as its signal aborts, as fetch does; else answers after `ms`. */
const listening =
  (ms: number) =>
  (signal: AbortSignal | undefined): Promise<string> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve('answer'), ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(new DOMException('stopped', 'AbortError'));
      });
    });

/** A trial that goes on while a call from before the opening ends. Gives the state after that, and both calls. */
async function withLateResult(
  world: ContractWorld,
  late: () => Promise<unknown>,
): Promise<{ state: string; trial: Tracked }> {
  const breaker = world.make(FIVE_FAILURES);
  track(
    breaker.exec(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      return late();
    }),
  );
  await callTimes(world, breaker, 5, fail);
  await world.time.pass(1_001);
  const trial = track(breaker.exec(counting(1_000).work));
  await world.time.pass(200);
  return { state: breaker.state(), trial };
}

/** What the users of breakers ran into. */
export const FAULT_CASES: readonly ContractCase[] = [
  {
    id: 'half-open-leases',
    promise: `Of ${CALLERS} callers in half-open at most ${FEW} reach the backend; the others are refused within 5 ms and do not queue.`,
    async run(world) {
      const breaker = await triableOne(world);
      const counter = counting(100);
      const calls = Array.from({ length: CALLERS }, () => track(breaker.exec(counter.work)));
      await world.time.pass(5);
      const refused = calls.filter(({ error }) => breaker.rejected(error)).length;
      expect(refused).toBeGreaterThanOrEqual(CALLERS - FEW);
      await world.time.pass(1_000);
      expect(counter.runs).toBeLessThanOrEqual(FEW);
    },
  },
  {
    id: 'no-stampede',
    promise: `When it has just closed, ${CALLERS} callers do not reach the backend all at once.`,
    async run(world) {
      const breaker = await triableOne(world);
      await closeIt(world, breaker);
      const counter = counting(100);
      for (let caller = 0; caller < CALLERS; caller++) track(breaker.exec(counter.work));
      await world.time.pass(1);
      expect(counter.most).toBeLessThanOrEqual(FEW);
      expect(counter.most).toBeGreaterThan(0);
    },
  },
  {
    id: 'hung-trial',
    promise: 'A trial that hangs holds nobody else up, and after a while others may try.',
    async run(world) {
      const breaker = await triableOne(world);
      for (let trial = 0; trial < FEW; trial++) track(breaker.exec(hang));
      const other = track(breaker.exec(answer));
      await world.time.pass(5);
      expect(other.end).not.toBe('pending');
      await world.time.pass(1_001);
      const next = track(breaker.exec(answer));
      await world.time.pass(5);
      expect(next.end).toBe('value answer');
    },
  },
  {
    id: 'abort-while-waiting',
    promise: 'Whoever aborts is free within 5 ms, also behind a trial that hangs.',
    async run(world) {
      const breaker = await triableOne(world);
      for (let trial = 0; trial < FEW; trial++) track(breaker.exec(hang));
      const controller = new AbortController();
      const caller = track(breaker.exec(answer, controller.signal));
      controller.abort();
      await world.time.pass(5);
      expect(caller.end).not.toBe('pending');
    },
  },
  {
    id: 'abort-ends-call',
    promise: 'Whoever aborts is free within 5 ms, also when the work does not listen.',
    async run({ make, time }) {
      const controller = new AbortController();
      const call = track(make(FIVE_FAILURES).exec(hang, controller.signal));
      controller.abort();
      await time.pass(5);
      expect(call.end).not.toBe('pending');
    },
  },
  {
    id: 'aborted-before',
    promise: 'With a signal that has aborted already the work is not run.',
    async run({ make, time }) {
      const counter = counting(1);
      const call = track(make(FIVE_FAILURES).exec(counter.work, AbortSignal.abort()));
      await time.pass(5);
      expect(counter.runs).toBe(0);
      expect(call.end).toMatch(/^error/);
    },
  },
  {
    id: 'cancellation-counts-not',
    promise: "A caller's own cancellation is no failure.",
    async run({ make, time }) {
      const breaker = make(FIVE_FAILURES);
      for (let call = 0; call < 20; call++) {
        const controller = new AbortController();
        // The work listens to its caller, whatever the breaker hands to it.
        track(breaker.exec(() => listening(1_000)(controller.signal), controller.signal));
        await time.pass(1);
        controller.abort();
        await time.pass(1);
      }
      expect(breaker.state()).toBe('closed');
    },
  },
  {
    id: 'idle-hour',
    promise: 'After an idle hour the failures of before are out of the window.',
    async run(world) {
      const breaker = world.make({ trip: { ratio: 0.5, minimumCalls: 10, windowMs: 10_000 }, openMs: 1_000 });
      await callTimes(world, breaker, 9, fail);
      await world.time.pass(3_600_000);
      await callTimes(world, breaker, 1, fail);
      expect(breaker.state()).toBe('closed');
    },
  },
  {
    id: 'wall-clock-back',
    promise: 'A wall clock that is set back an hour does not keep it open.',
    async run(world) {
      const breaker = await openOne(world);
      world.time.jumpWall(-3_600_000);
      await world.time.pass(1_001);
      await closeIt(world, breaker);
    },
  },
  {
    id: 'wall-clock-forward',
    promise: 'A wall clock that is set forward does not end the open time.',
    async run(world) {
      const breaker = await openOne(world);
      world.time.jumpWall(3_600_000);
      const call = track(breaker.exec(answer));
      await world.time.pass(1);
      expect(breaker.rejected(call.error)).toBe(true);
    },
  },
  {
    id: 'refused-not-counted',
    promise: `${CALLERS} refused calls are not in the ratio: after closing, as few failures as ever open it again.`,
    async run(world) {
      const breaker = await openOne(world, {
        trip: { ratio: 0.5, minimumCalls: 5, windowMs: 60_000 },
        openMs: 1_000,
      });
      for (let caller = 0; caller < CALLERS; caller++) track(breaker.exec(answer));
      await world.time.pass(1_001);
      await closeIt(world, breaker);
      await callTimes(world, breaker, 10, fail);
      expect(breaker.state()).toBe('open');
    },
  },
  {
    id: 'late-success',
    promise: 'A success of a call that began before the opening closes nothing.',
    async run(world) {
      const { state, trial } = await withLateResult(world, answer);
      expect([state, trial.end]).toEqual(['half_open', 'pending']);
    },
  },
  {
    id: 'late-failure',
    promise: 'A failure of a call that began before the opening does not end the trial.',
    async run(world) {
      const { state, trial } = await withLateResult(world, fail);
      expect([state, trial.end]).toEqual(['half_open', 'pending']);
    },
  },
  {
    id: 'throwing-success-listener',
    promise: 'A listener that throws does not turn a success into a failure.',
    async run(world) {
      const breaker = world.make(FIVE_FAILURES);
      breaker.on('success', () => {
        throw new Error('bug in a listener');
      });
      const calls: Tracked[] = [];
      for (let call = 0; call < 10; call++) {
        calls.push(track(breaker.exec(answer)));
        await world.time.pass(1);
      }
      expect(calls.map(({ end }) => end)).toEqual(Array(10).fill('value answer'));
      expect(breaker.state()).toBe('closed');
    },
  },
  {
    id: 'throwing-failure-listener',
    promise: 'A listener that throws changes neither the error of the work nor what it counts for.',
    async run(world) {
      const breaker = world.make(FIVE_FAILURES);
      for (const event of ['failure', 'state_change'] as const)
        breaker.on(event, () => {
          throw new Error('bug in a listener');
        });
      const calls: Tracked[] = [];
      for (let call = 0; call < 5; call++) {
        calls.push(track(breaker.exec(fail)));
        await world.time.pass(1);
      }
      expect(calls.map(({ end }) => end)).toEqual(Array(5).fill('error broken'));
      expect(breaker.state()).toBe('open');
    },
  },
  {
    id: 'timeout-of-one',
    promise: 'The timeout of one call aborts no other.',
    async run({ make, time }) {
      const breaker = make({ trip: { failures: 50 }, openMs: 1_000, timeoutMs: 100 });
      track(breaker.exec(hang));
      await time.pass(50);
      const healthy = track(breaker.exec(listening(80)));
      await time.pass(81);
      expect(healthy.end).toBe('value answer');
    },
  },
  {
    id: 'fixed-memory',
    promise: 'What it keeps does not grow with the number of calls in the window.',
    async run(world) {
      const breaker = world.make({
        trip: { ratio: 0.9, minimumCalls: 100, windowMs: 60_000 },
        openMs: 1_000,
      });
      const size = (): number => JSON.stringify(breaker.snapshot()).length;
      await callTimes(world, breaker, 50, answer);
      const few = size();
      await callTimes(world, breaker, 2_000, answer);
      expect(size()).toBeLessThan(2 * few);
    },
  },
];

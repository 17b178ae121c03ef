import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BreakerCore } from './breaker-core.ts';
import type { BreakerTuning } from './breaker-options.ts';
import { REFUSED, type Permit } from './breaker-phases.ts';
import {
  BreakerModel,
  MODEL_WINDOW_MS,
  type ModelPermit,
  type ModelSettings,
} from './testing/breaker-model.ts';
import { propertyRuns } from './testing/property-runs.ts';

const WALL = Date.UTC(2026, 0, 1);
const SLOW_MS = 50;

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary);
const ratio = { ratio: fc.constantFrom(0.1, 0.3, 0.5, 1), minimumCalls: upTo(8) };
const settings: fc.Arbitrary<ModelSettings> = fc.record({
  consecutiveFailures: orNull(upTo(5)),
  failureRatio: orNull(fc.record(ratio)),
  slowCalls: orNull(fc.record({ ...ratio, slowMs: fc.constant(SLOW_MS) })),
  openMs: upTo(60),
  openGrowth: fc.constantFrom(1, 2, 3),
  longestOpenMs: fc.integer({ min: 60, max: 300 }),
  trials: upTo(4),
  successesToClose: upTo(4),
  ramp: orNull(fc.record({ start: upTo(3), end: fc.integer({ min: 3, max: 20 }), longestMs: upTo(200) })),
  persistingAfter: upTo(3),
});

const outcome = fc.constantFrom<('success' | 'failure' | 'persisting' | 'release')[]>(
  'success',
  'success',
  'failure',
  'failure',
  'persisting',
  'release',
);
const durationMs = fc.constantFrom(0, SLOW_MS - 1, SLOW_MS, 1_000);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('admit' as const), times: upTo(6) }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('settle' as const), which: fc.nat(30), outcome, durationMs }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.oneof(fc.nat(12), fc.nat(80), fc.constant(MODEL_WINDOW_MS), fc.constant(3_600_000)),
    }),
  },
  // To the moment at which the open time ends, or one before.
  { weight: 3, arbitrary: fc.record({ do: fc.constant('reopen' as const), earlyMs: fc.nat(1) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('record' as const), failed: fc.boolean(), durationMs }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('isolate' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('release' as const), which: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('endIsolation' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('trial' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('advise' as const), forMs: orNull(upTo(100)) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('configure' as const), settings }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), goneParts: fc.nat(8) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function tuningOf(settings: ModelSettings): BreakerTuning {
  const { consecutiveFailures, failureRatio, slowCalls, ramp, ...rest } = settings;
  return {
    ...rest,
    windowMs: MODEL_WINDOW_MS,
    ramp: ramp ?? false,
    trip: {
      ...(consecutiveFailures === null ? {} : { consecutiveFailures }),
      ...(failureRatio === null ? {} : { failureRatio }),
      ...(slowCalls === null ? {} : { slowCalls }),
    },
  };
}

/** The breaker and the model of it, taken through the same steps. */
class Pair {
  readonly model: BreakerModel;
  core: BreakerCore;
  /** Calls under way, and in the end those of all earlier states. */
  readonly calls: { readonly permit: Permit; readonly model: ModelPermit; core: BreakerCore }[] = [];
  readonly holds: { readonly id: number; release: (nowMs: number) => void }[] = [];
  #ids = 0;

  constructor(settings: ModelSettings) {
    this.model = new BreakerModel(settings);
    this.core = new BreakerCore('api', tuningOf(settings), 0);
  }

  take(step: Step): void {
    const { model, core } = this;
    const { nowMs } = model;
    switch (step.do) {
      case 'admit':
        for (let time = 0; time < step.times; time++) this.#admit();
        break;
      case 'settle':
        this.#settle(step);
        break;
      case 'advance':
        model.advance(step.ms);
        break;
      case 'reopen':
        if (model.state === 'open') model.advance(model.untilMs - nowMs - step.earlyMs);
        break;
      case 'record':
        model.record(step.failed, step.durationMs);
        if (step.failed) core.recordFailure(nowMs, step.durationMs, 'broken');
        else core.recordSuccess(nowMs, step.durationMs);
        break;
      case 'isolate': {
        const id = this.#ids++;
        model.isolate(id);
        this.holds.push({ id, release: core.isolate(`hold ${id}`, nowMs) });
        break;
      }
      case 'release': {
        const hold = this.holds[step.which];
        if (!hold) break;
        model.release(hold.id);
        hold.release(nowMs);
        break;
      }
      case 'endIsolation':
        model.endIsolation();
        core.endIsolation(nowMs);
        break;
      case 'trial':
        expect(core.trial(nowMs)).toBe(model.trial());
        break;
      case 'advise':
        model.advise(step.forMs);
        core.advise(step.forMs === null ? { state: 'closed' } : { state: 'open', forMs: step.forMs }, nowMs);
        break;
      case 'configure':
        model.configure(step.settings);
        core.configure(tuningOf(step.settings), nowMs);
        break;
      case 'restart':
        this.#restart(step.goneParts * 10);
        break;
    }
  }

  /** The two agree in all that can be seen. */
  compare(): void {
    const { model, core } = this;
    const { nowMs, state, stats } = model;
    const { calls, failures, slow } = stats;
    const { since, retryInMs, nextTryAt } = core.refusal(nowMs, WALL + nowMs);
    const [hold] = model.isolations;
    const waitMs = { isolated: Infinity, open: model.untilMs - nowMs, half_open: 0, closed: 0 }[state];
    expect({
      state: core.state(nowMs),
      stats: core.stats(nowMs),
      lastCause: core.lastCause(),
      refusal: { since, retryInMs, nextTryAt },
      current: this.calls.map((call) => call.core === core && core.isCurrent(call.permit, nowMs)),
    }).toEqual({
      state,
      stats: {
        ...stats,
        windowMs: MODEL_WINDOW_MS,
        failureRatio: calls === 0 ? null : failures / calls,
        slowRatio: calls === 0 ? null : slow / calls,
      },
      lastCause: model.lastCause,
      refusal: {
        since: WALL + (hold?.sinceMs ?? model.sinceMs),
        retryInMs: waitMs,
        nextTryAt: waitMs === Infinity ? null : WALL + nowMs + waitMs,
      },
      current: this.calls.map((call) => model.isCurrent(call.model)),
    });
  }

  #admit(): void {
    const { model, core } = this;
    const refusedBefore = core.stats(model.nowMs);
    const permit = core.admit(model.nowMs);
    const expected = model.admit();
    expect(permit === REFUSED).toBe(expected === null);
    if (expected !== null) this.calls.push({ permit, model: expected, core });
    else expect(core.stats(model.nowMs)).toEqual({ ...refusedBefore, refused: refusedBefore.refused + 1 });
    if (expected?.of === 'trial') {
      expect(core.stats(model.nowMs).trialsRunning).toBeLessThanOrEqual(model.settings.trials);
      expect(this.calls.filter((call) => call.permit === permit && call.core === core)).toHaveLength(1);
    }
  }

  #settle({ which, outcome, durationMs }: Extract<Step, { do: 'settle' }>): void {
    const { model } = this;
    const { nowMs } = model;
    // The last ones more often: most calls are short.
    const [call] = this.calls.splice(-1 - (which % Math.max(1, this.calls.length)), 1);
    if (!call) return;
    const late = !model.isCurrent(call.model);
    const before = this.#seen();
    model.settle(call.model, outcome, durationMs);
    const { core, permit } = call;
    if (outcome === 'success') core.success(permit, nowMs, durationMs);
    else if (outcome === 'failure') core.failure(permit, nowMs, durationMs, 'broken');
    else if (outcome === 'persisting') core.persistingFailure(permit, nowMs, durationMs, 'broken');
    else core.release(permit);
    if (late) expect(this.#seen()).toEqual(before);
  }

  #seen(): unknown {
    const { nowMs } = this.model;
    return [this.core.state(nowMs), this.core.stats(nowMs), this.core.snapshot(nowMs, 0)];
  }

  #restart(goneMs: number): void {
    const { model } = this;
    const snapshot: unknown = JSON.parse(JSON.stringify(this.core.snapshot(model.nowMs, WALL)));
    this.core = new BreakerCore('api', tuningOf(model.settings), model.nowMs);
    expect(this.core.restore(snapshot, model.nowMs, WALL + goneMs)).toEqual({ ok: true });
    model.restart(goneMs);
    // Nobody in the new process has the old holds in hand.
    this.holds.length = 0;
  }
}

const runs = propertyRuns(300);

test(
  'does what the plain model does, whatever comes in whatever order',
  { timeout: 10_000 + 50 * runs },
  () => {
    fc.assert(
      fc.property(settings, fc.array(step, { maxLength: 80, size: 'max' }), (settings, steps) => {
        const pair = new Pair(settings);
        for (const each of steps) {
          pair.take(each);
          pair.compare();
        }
      }),
      { numRuns: runs },
    );
  },
);

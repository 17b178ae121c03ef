import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Priority } from './call.ts';
import { RateLimitCore } from './rate-limit-core.ts';
import { propertyRuns } from './testing/property-runs.ts';

const LONG_FORM_MS = 600_000;

/** Starts in the window that ends at `at`. A window holds its beginning and not its end. */
const inWindow = (starts: readonly number[], at: number, windowMs: number): number =>
  starts.filter((start) => start > at - windowMs && start <= at).length;

/** The simplest thing that does what is promised: it remembers all, and looks at all of it each time. */
class Model {
  starts: number[] = [];
  rate: number;
  nextStepMs = Infinity;
  blockedUntilMs = 0;
  lastIncidentMs = -Infinity;
  limit: number;
  readonly windowMs: number;
  readonly recoverEveryMs: number;

  constructor(limit: number, windowMs: number, recoverEveryMs: number) {
    this.limit = limit;
    this.rate = limit;
    this.windowMs = windowMs;
    this.recoverEveryMs = recoverEveryMs;
  }

  clone(): Model {
    const copy = new Model(this.limit, this.windowMs, this.recoverEveryMs);
    return Object.assign(copy, this, { starts: [...this.starts] });
  }

  allowed(now: number, priority: Priority): number {
    while (now >= this.nextStepMs) {
      this.rate = Math.min(this.limit, this.rate + this.limit / 4);
      this.nextStepMs = this.rate < this.limit ? this.nextStepMs + this.recoverEveryMs : Infinity;
    }
    const whole = Math.max(1, Math.floor(this.rate));
    return priority === 'low' ? Math.max(1, Math.floor((whole * 4) / 5)) : whole;
  }

  mayStart(now: number, priority: Priority): boolean {
    return (
      now >= this.blockedUntilMs && inWindow(this.starts, now, this.windowMs) < this.allowed(now, priority)
    );
  }

  take(now: number, priority: Priority): boolean {
    if (!this.mayStart(now, priority)) return false;
    this.starts.push(now);
    return true;
  }

  /** Looks at each ms until it may start. */
  next(now: number, priority: Priority): number {
    const copy = this.clone();
    let at = now;
    while (!copy.mayStart(at, priority)) at += 1;
    return at;
  }

  throttled(now: number, retryAfterMs: number, startedMs: number): void {
    this.allowed(now, 'normal');
    if (retryAfterMs > 0) this.blockedUntilMs = Math.max(this.blockedUntilMs, now + retryAfterMs);
    if (startedMs > this.lastIncidentMs) {
      this.lastIncidentMs = now;
      this.rate = Math.max(this.limit / 8, this.rate / 2);
    }
    this.nextStepMs =
      this.rate < this.limit ? Math.max(now, this.blockedUntilMs) + this.recoverEveryMs : Infinity;
  }

  configure(now: number, limit: number): void {
    this.allowed(now, 'normal');
    this.rate = Math.max(limit / 8, (this.rate / this.limit) * limit);
    this.limit = limit;
    if (this.rate === limit) this.nextStepMs = Infinity;
  }
}

const priority = fc.constantFrom<Priority>('high', 'normal', 'low');
const command = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('take' as const), priority }) },
  {
    weight: 5,
    // Zero is frequent: bursts are what breaks a quota.
    arbitrary: fc.record({
      kind: fc.constant('step' as const),
      ms: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 120 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('throttled' as const),
      retryAfterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 80 })),
      startedMsAgo: fc.integer({ min: 0, max: 30 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('giveBack' as const), back: fc.nat(5) }),
  },
  {
    weight: 1,
    // Powers of two keep the shares exact.
    arbitrary: fc.record({ kind: fc.constant('configure' as const), limit: fc.constantFrom(1, 2, 4, 8, 16) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('startLater' as const), back: fc.nat(3), priority }),
  },
);
const world = fc.record({
  limit: fc.constantFrom(1, 2, 4, 8, 16),
  windowMs: fc.integer({ min: 1, max: 50 }),
  recoverEveryMs: fc.integer({ min: 1, max: 40 }),
});
const tuning = { floorShare: 1 / 8, recoverShare: 1 / 4 };

describe('whatever happens in whatever order', () => {
  test(
    'it does what a log of everything would do, and no window ever holds more than the limit',
    { timeout: LONG_FORM_MS },
    () => {
      fc.assert(
        fc.property(world, fc.array(command, { maxLength: 80, size: 'max' }), (options, commands) => {
          const core = new RateLimitCore({ ...options, ...tuning });
          const model = new Model(options.limit, options.windowMs, options.recoverEveryMs);
          /** The limit when each call started. */
          const limits = new Map<number, number>();
          let now = 0;
          for (const step of commands) {
            switch (step.kind) {
              case 'take': {
                const before = inWindow(model.starts, now, options.windowMs);
                const expected = model.take(now, step.priority);
                expect(core.tryTake(now, step.priority)).toBe(expected);
                if (!expected) break;
                limits.set(now, model.limit);
                if (step.priority !== 'low') break;
                // The last 20 % are not for it; of a limit of one it has the one.
                expect(before + 1).toBeLessThanOrEqual(Math.max(1, model.limit * 0.8));
                break;
              }
              case 'step':
                now += step.ms;
                break;
              case 'throttled':
                model.throttled(now, step.retryAfterMs, now - step.startedMsAgo);
                core.throttled(now, step.retryAfterMs, now - step.startedMsAgo);
                break;
              case 'giveBack': {
                const taken = model.starts.at(-1 - step.back);
                if (taken === undefined) break;
                const held = taken > now - options.windowMs;
                expect(core.giveBack(taken)).toBe(held);
                if (held) model.starts.splice(model.starts.lastIndexOf(taken), 1);
                break;
              }
              case 'startLater': {
                const taken = model.starts.at(-1 - step.back);
                if (taken === undefined || taken === now) break;
                const held = taken > now - options.windowMs;
                model.starts.splice(model.starts.lastIndexOf(taken), 1);
                const used = inWindow(model.starts, now, options.windowMs);
                const mayGoOn = held
                  ? now >= model.blockedUntilMs && used < model.limit
                  : model.mayStart(now, step.priority);
                expect(core.startLater(taken, now, step.priority)).toBe(mayGoOn);
                if (!mayGoOn) break;
                model.starts.push(now);
                limits.set(now, model.limit);
                break;
              }
              case 'configure':
                model.configure(now, step.limit);
                core.configure({ limit: step.limit }, now);
                break;
            }
            expect(core.used(now)).toBe(inWindow(model.starts, now, options.windowMs));
            for (const each of ['high', 'low'] as const) {
              expect(core.nextStartMs(now, each)).toBe(model.next(now, each));
              const most = model.allowed(now, each) - inWindow(model.starts, now, options.windowMs);
              expect(core.available(now, each)).toBe(now < model.blockedUntilMs ? 0 : Math.max(0, most));
            }
            expect(core.rate(now)).toBe(model.allowed(now, 'normal'));
          }
          for (const start of model.starts) {
            const held = inWindow(model.starts, start, options.windowMs);
            expect(held).toBeLessThanOrEqual(limits.get(start) ?? 0);
          }
        }),
        { numRuns: propertyRuns(300) },
      );
    },
  );

  test(
    'nobody in the queue starts before the time that is reckoned, and at full rate exactly then',
    { timeout: LONG_FORM_MS },
    () => {
      fc.assert(
        fc.property(
          world,
          fc.array(fc.tuple(fc.nat(20), priority), { maxLength: 40, size: 'max' }),
          fc.option(fc.record({ retryAfterMs: fc.nat(60), agoMs: fc.nat(30) }), { nil: undefined }),
          fc.nat(40),
          priority,
          (options, gaps, incident, ahead, last) => {
            const core = new RateLimitCore({ ...options, ...tuning });
            const model = new Model(options.limit, options.windowMs, options.recoverEveryMs);
            let now = 0;
            for (const [gapMs, each] of gaps) {
              now += gapMs;
              core.tryTake(now, each);
              model.take(now, each);
            }
            if (incident) {
              core.throttled(now, incident.retryAfterMs, now);
              model.throttled(now, incident.retryAfterMs, now);
              now += incident.agoMs;
            }
            const reckonedMs = core.nextStartMs(now, last, ahead);
            let at = now;
            for (let started = 0; started < ahead; started++) {
              at = model.next(at, 'normal');
              model.take(at, 'normal');
            }
            const actualMs = model.next(at, last);
            expect(reckonedMs).toBeLessThanOrEqual(actualMs);
            if (!incident) expect(reckonedMs).toBe(actualMs);
          },
        ),
        { numRuns: propertyRuns(300) },
      );
    },
  );

  test('another process goes on from a snapshot as this one would have', { timeout: LONG_FORM_MS }, () => {
    fc.assert(
      fc.property(
        world,
        fc.array(fc.tuple(fc.nat(20), priority), { maxLength: 40, size: 'max' }),
        fc.boolean(),
        fc.nat(60),
        fc.nat(120),
        (options, gaps, isThrottled, retryAfterMs, elapsedMs) => {
          const core = new RateLimitCore({ ...options, ...tuning });
          let now = 0;
          for (const [gapMs, each] of gaps) {
            now += gapMs;
            core.tryTake(now, each);
          }
          if (isThrottled) core.throttled(now, retryAfterMs, now);
          const stored: unknown = JSON.parse(JSON.stringify(core.snapshot(now, now)));
          const other = new RateLimitCore({ ...options, ...tuning });
          expect(other.restore(stored, 7_000, now + elapsedMs)).toEqual({ ok: true });
          for (let step = 0; step < 100; step += 7) {
            const here = now + elapsedMs + step;
            const there = 7_000 + step;
            expect(other.used(there)).toBe(core.used(here));
            expect(other.rate(there)).toBe(core.rate(here));
            expect(other.nextStartMs(there, 'low') - there).toBe(core.nextStartMs(here, 'low') - here);
          }
        },
      ),
      { numRuns: propertyRuns(300) },
    );
  });
});

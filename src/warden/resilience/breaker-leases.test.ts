import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Leases } from './breaker-leases.ts';
import { propertyRuns } from './testing/property-runs.ts';

describe('leases', () => {
  it('are as many at once as there are places, whoever asks', () => {
    const leases = new Leases(2);
    expect([0, 1, 2].map((holder) => leases.take(holder, 0, 10))).toEqual([true, true, false]);
    expect([0, 1, 2].map((holder) => leases.has(holder, 0))).toEqual([true, true, false]);
    expect(leases.held(0)).toBe(2);
  });

  it('are void when their time is over, and their places free', () => {
    const leases = new Leases(1);
    leases.take(7, 0, 10);
    expect([leases.has(7, 9), leases.has(7, 10)]).toEqual([true, false]);
    expect(leases.take(8, 9, 20)).toBe(false);
    expect(leases.take(8, 10, 20)).toBe(true);
    leases.giveBack(7);
    expect(leases.has(8, 10)).toBe(true);
  });

  it('do what a list of holders would, whatever comes in whatever order (property)', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('take' as const), forMs: fc.nat({ max: 20 }) }),
      fc.record({ kind: fc.constant('back' as const), holder: fc.nat({ max: 40 }) }),
      fc.record({ kind: fc.constant('resize' as const), places: fc.integer({ min: 1, max: 5 }) }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 5 }), step), { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        (steps, first) => {
          const leases = new Leases(first);
          let places = first;
          let held: { holder: number; untilMs: number }[] = [];
          let [nowMs, next] = [0, 0];
          for (const [waitMs, now] of steps) {
            nowMs += waitMs;
            held = held.filter(({ untilMs }) => nowMs < untilMs);
            if (now.kind === 'take') {
              const holder = next++;
              const untilMs = nowMs + now.forMs;
              expect(leases.take(holder, nowMs, untilMs)).toBe(held.length < places);
              if (held.length < places && now.forMs > 0) held.push({ holder, untilMs });
            } else if (now.kind === 'back') {
              leases.giveBack(now.holder);
              held = held.filter(({ holder }) => holder !== now.holder);
            } else {
              leases.resize((places = now.places));
            }
            expect(leases.held(nowMs)).toBe(held.length);
            for (let holder = 0; holder < next; holder++)
              expect(leases.has(holder, nowMs)).toBe(held.some((one) => one.holder === holder));
          }
        },
      ),
      { numRuns: propertyRuns(400) },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GapMarker } from './gap.ts';

const WALL = 1_000_000;

describe('a gap', () => {
  it('begins when the feed was last proven to tell, ends when it tells again, and is open until all were asked', () => {
    const marker = new GapMarker();
    expect(marker.gap).toBeNull();
    marker.begin(20_000, 50_000, WALL);
    expect(marker.gap).toEqual({ from: WALL - 20_000, to: null });
    expect(marker.isOpenTo(60_000), 'asked while it lasts').toBe(false);
    marker.end(90_000, WALL + 40_000);
    expect(marker.gap).toEqual({ from: WALL - 20_000, to: WALL + 40_000 });
    expect(marker.isOpenTo(89_999)).toBe(true);
    expect(marker.cover(89_999, 9, []), 'asked too early').toBeNull();
    expect(marker.cover(90_000, 2, [80_000]), 'the other was not asked').toBeNull();
    expect(marker.cover(95_000, 3, [90_000])).toEqual({
      from: WALL - 20_000,
      to: WALL + 40_000,
      lengthMs: 60_000,
      found: 5,
    });
    expect(marker.gap).toBeNull();
    expect(marker.cover(96_000, 1, [96_000]), 'closed once').toBeNull();
  });

  it('that is followed by another before it is closed becomes one with it', () => {
    const marker = new GapMarker();
    marker.begin(0, 10_000, WALL);
    marker.end(20_000, WALL + 10_000);
    marker.begin(1_000, 30_000, WALL + 20_000);
    expect(marker.gap).toEqual({ from: WALL, to: null });
    expect(marker.cover(30_000, 1, []), 'not over').toBeNull();
    marker.end(40_000, WALL + 30_000);
    expect(marker.cover(40_000, 1, [])).toMatchObject({ lengthMs: 30_000, from: WALL, to: WALL + 30_000 });
  });

  it('that began even earlier takes its beginning from there', () => {
    const marker = new GapMarker();
    marker.begin(0, 10_000, WALL);
    marker.begin(60_000, 20_000, WALL + 10_000);
    expect(marker.gap).toEqual({ from: WALL - 50_000, to: null });
  });

  it('cannot be ended or closed where there is none', () => {
    const marker = new GapMarker();
    marker.end(1, WALL);
    expect([marker.gap, marker.closeIfCovered([]), marker.isOpenTo(0)]).toEqual([null, null, false]);
  });
});

it('no time without proof is ever closed without every feed having been asked after it', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('begin' as const), ago: fc.nat({ max: 50 }) }),
    fc.record({ kind: fc.constant('end' as const) }),
    fc.record({ kind: fc.constant('ask' as const), who: fc.nat({ max: 1 }), took: fc.nat({ max: 30 }) }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 40 }), step), { maxLength: 60 }), (steps) => {
      const marker = new GapMarker();
      const asked = [-Infinity, -Infinity];
      let now = 100;
      let firstUnproven: number | null = null;
      let isLost = false;
      for (const [ms, one] of steps) {
        now += ms;
        if (one.kind === 'begin') {
          isLost = true;
          firstUnproven = Math.min(firstUnproven ?? Infinity, now - one.ago);
          marker.begin(one.ago, now, now);
        } else if (one.kind === 'end') {
          isLost = false;
          marker.end(now, now);
        } else {
          const startedMs = now;
          now += one.took;
          asked[one.who] = startedMs;
          const closed = marker.cover(
            startedMs,
            1,
            asked.filter((_, who) => who !== one.who),
          );
          if (!closed) continue;
          expect(isLost).toBe(false);
          expect(closed.from).toBe(firstUnproven);
          for (const at of asked) expect(at).toBeGreaterThanOrEqual(closed.to);
          expect(closed.lengthMs).toBe(closed.to - closed.from);
          firstUnproven = null;
        }
        expect(marker.gap?.from ?? null).toBe(firstUnproven);
      }
    }),
    { numRuns: 2_000 },
  );
});

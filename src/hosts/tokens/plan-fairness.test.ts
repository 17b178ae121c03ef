import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanSettings } from './plan.ts';
import { columnsOf, type PlainCandidate } from './testing/candidates.ts';
import { runWorld, type PlanWorld, type WorldReport } from './testing/plan-world.ts';
import { SETTINGS } from './testing/tokens.ts';

// Many turns: on a busy machine, and measured for coverage, they need more than the usual time.
const PATIENT_MS = 120_000;
const SECOND = 1_000;

interface Population {
  readonly hot: number;
  readonly cold: number;
  readonly archived: number;
}

/** Values of all sizes, spread over each class. */
function populate({ hot, cold, archived }: Population, checked = false): PlainCandidate[] {
  const tokens: PlainCandidate[] = [];
  const add = (count: number, prefix: string, changes: Partial<PlainCandidate>): void => {
    for (let n = 0; n < count; n++) {
      tokens.push({
        mint: `${prefix}${n}`,
        refreshValue: 1 + (n % 4),
        checkValue: 1 + (n % 3),
        refreshedMs: 0,
        // Never due for a full read.
        ...(checked ? { checkedMs: Infinity } : { checkedMs: 0, promising: n % 5 === 0 }),
        ...changes,
      });
    }
  };
  add(hot, 'h', { group: 'hot' });
  add(cold, 'c', {});
  add(archived, 'a', { status: 'archived' });
  return tokens;
}

/** A world that gets `perTurn` requests each second. */
function world(
  tokens: readonly PlainCandidate[],
  perTurn: number,
  changes: Partial<PlanWorld> = {},
): WorldReport {
  let saved = 0;
  return runWorld({
    columns: columnsOf(tokens),
    settings: SETTINGS,
    batchSize: 30,
    requestsPerMinute: 60 * perTurn,
    turns: 1_000,
    from: 0,
    turnMs: () => SECOND,
    requests: () => {
      saved += perTurn;
      const requests = Math.floor(saved);
      saved -= requests;
      return requests;
    },
    ...changes,
  });
}

describe('hot tokens keep their interval at twice the demand', { timeout: PATIENT_MS }, () => {
  // Refreshes each 10 s and 45 s would take 600 requests a minute; there are 295, the quota of 61 s.
  it.each([
    [300, 12_150],
    [600, 10_800],
    [900, 9_450],
  ])('%i hot ones and %i cold ones', (hot, cold) => {
    expect(6 * hot + (60 / 45) * cold).toBe(600 * 30);
    const { longestMs, slots, filled, reads, elapsedMs } = world(
      populate({ hot, cold, archived: 1_000 }),
      295 / 60,
      { from: 60, turns: 700 },
    );
    expect(longestMs.hot).toBeLessThanOrEqual(11 * SECOND);
    expect((hot * elapsedMs) / reads.hot).toBeLessThanOrEqual(10.2 * SECOND);
    expect(filled).toBe(slots);
  });

  it('1,200 fit into the quota, whatever else waits', () => {
    const { longestMs, reads, elapsedMs } = world(
      populate({ hot: 1_200, cold: 20_000, archived: 5_000 }),
      295 / 60,
      { from: 60, turns: 700 },
    );
    expect((1_200 * elapsedMs) / reads.hot).toBeLessThanOrEqual(10.2 * SECOND);
    expect(longestMs.hot).toBeLessThanOrEqual(15 * SECOND);
  });
});

it('batches are full, with and without too many tokens', { timeout: PATIENT_MS }, () => {
  for (const population of [
    { hot: 40, cold: 400, archived: 0 },
    { hot: 100, cold: 500, archived: 500 },
    { hot: 900, cold: 0, archived: 0 },
    { hot: 2_000, cold: 3_000, archived: 100 },
  ]) {
    const { slots, filled } = world(populate(population), 5, { from: 60, turns: 400 });
    expect(filled / slots, JSON.stringify(population)).toBeGreaterThanOrEqual(0.95);
  }
});

describe('nobody starves', { timeout: PATIENT_MS }, () => {
  const counts = fc.record({
    hot: fc.oneof(fc.nat(60), fc.nat(900)),
    cold: fc.oneof(fc.nat(60), fc.nat(900)),
    archived: fc.oneof(fc.nat(30), fc.nat(200)),
  });
  // Shorter intervals and larger shares, so that rounds of every class fit into the run.
  const settings: PlanSettings = {
    ...SETTINGS,
    archivedIntervalMs: 60 * SECOND,
    checkShare: 0.2,
    coldShare: 0.1,
    archivedShare: 0.05,
  };

  it('whatever the population: the longest wait of a class is at most twice (tokens x cost / requests left)', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 3 }), (population, perTurn) => {
        const { longestMs } = world(populate(population, true), perTurn, { settings, batchSize: 10 });
        const perMs = (perTurn * 10) / SECOND;
        // What archived and full reads do not use of their share is there for hot tokens first.
        const archivedPerMs = Math.min(population.archived / settings.archivedIntervalMs, 0.05 * perMs);
        const hotPerMs = Math.min(population.hot / settings.hotIntervalMs, 0.9 * perMs - archivedPerMs);
        const left = perMs - hotPerMs - archivedPerMs;
        const bound = (tokens: number, intervalMs: number, rate: number): number =>
          // A turn to be seen and one to be read come on top, and there is no part of a turn.
          SECOND * Math.ceil((2 * Math.max(intervalMs, tokens / rate)) / SECOND + 2);
        expect(longestMs.hot).toBeLessThanOrEqual(
          bound(population.hot, settings.hotIntervalMs, 0.85 * perMs),
        );
        expect(longestMs.cold).toBeLessThanOrEqual(bound(population.cold, settings.coldIntervalMs, left));
        expect(longestMs.archived).toBeLessThanOrEqual(
          bound(population.archived, settings.archivedIntervalMs, 0.05 * perMs),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('full reads, too: those that do not look good have a quarter of them', () => {
    const few = fc.record({ hot: fc.nat(150), cold: fc.nat(150), archived: fc.constant(0) });
    fc.assert(
      fc.property(few, (population) => {
        const { longestMs } = world(populate(population), 2, { settings, batchSize: 10, turns: 6_000 });
        const perMs = (2 * 0.2 * 0.25) / SECOND;
        const roundMs = Math.max(settings.checkIntervalMs, (population.hot + population.cold) / perMs);
        expect(longestMs.full).toBeLessThanOrEqual(2 * roundMs + 20 * SECOND);
      }),
      { numRuns: 10 },
    );
  });

  it('a token of value 4 comes twice as often as one of value 1', () => {
    const tokens = Array.from({ length: 600 }, (_, n) => ({
      mint: `${n % 2 === 0 ? 'dear' : 'cheap'}${n}`,
      refreshedMs: 0,
      checkedMs: Infinity,
      refreshValue: n % 2 === 0 ? 4 : 1,
    }));
    const reads = { dear: 0, cheap: 0 };
    world(tokens, 1, {
      turns: 2_000,
      batchSize: 5,
      onPlan: (plan, nowMs) => {
        // Once the first rounds are over.
        if (nowMs < 300 * SECOND) return;
        for (const read of plan.reads)
          if (read.kind === 'batch')
            for (const mint of read.mints) reads[mint.startsWith('dear') ? 'dear' : 'cheap'] += 1;
      },
    });
    expect(reads.dear / reads.cheap).toBeGreaterThan(1.9);
    expect(reads.dear / reads.cheap).toBeLessThan(2.1);
  });
});

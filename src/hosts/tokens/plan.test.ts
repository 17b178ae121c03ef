import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planReads, type Candidate, type Plan, type PlanBudget } from './plan.ts';
import { SETTINGS } from './testing/tokens.ts';

// Many runs: on a busy machine, and measured for coverage, they need more than the usual time.
const PATIENT_MS = 60_000;

const NOW = 1_000_000;
const BUDGET: PlanBudget = { requests: 10, reservedChecks: 2, batchSize: 30 };
const token = (mint: string, changes: Partial<Candidate> = {}): Candidate => ({
  mint,
  status: 'monitoring',
  group: 'cold',
  refreshedMs: NOW,
  checkedMs: NOW,
  discoveredMs: 0,
  ...changes,
});
const plan = (candidates: readonly Candidate[], budget: Partial<PlanBudget> = {}, now = NOW): Plan =>
  planReads(candidates, now, { ...BUDGET, ...budget }, SETTINGS);
const names = (count: number, prefix = 't'): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(4, '0')}`);

describe('who is due', () => {
  it.each([
    ['a hot token after 10 s', { group: 'hot', refreshedMs: NOW - 10_000 }, ['r']],
    ['a hot token before', { group: 'hot', refreshedMs: NOW - 9_999 }, []],
    ['a cold token after 45 s', { refreshedMs: NOW - 45_000 }, ['r']],
    ['a cold token before', { refreshedMs: NOW - 44_999 }, []],
    ['a token in monitoring is checked after 60 s', { checkedMs: NOW - 60_000 }, ['c']],
    ['and not before', { checkedMs: NOW - 59_999 }, []],
    ['an active one is checked after 5 min', { status: 'active', checkedMs: NOW - 300_000 }, ['c']],
    ['and not before', { status: 'active', checkedMs: NOW - 299_999 }, []],
    ['what was never read is due at once', { refreshedMs: null, checkedMs: null, discoveredMs: NOW }, ['c']],
    ['an archived one never', { status: 'archived', refreshedMs: null, checkedMs: null }, []],
  ] as const)('%s', (_what, changes, due) => {
    const { batches, checks, backlog } = plan([token('x', changes)]);
    expect([...batches.flat().map(() => 'r'), ...checks.map(() => 'c')]).toEqual(due);
    expect(backlog).toBe(0);
  });
});

describe('who goes first', () => {
  it('who has waited longest, measured in its own interval', () => {
    const order = [
      token('cold-4', { refreshedMs: NOW - 180_000 }),
      token('hot-5', { group: 'hot', refreshedMs: NOW - 50_000 }),
      token('cold-2', { refreshedMs: NOW - 90_000 }),
      token('hot-3', { group: 'hot', refreshedMs: NOW - 30_000 }),
      token('never-read', { refreshedMs: null, discoveredMs: NOW - 135_000 }),
    ];
    expect(plan(order, { batchSize: 3 }).batches).toEqual([
      ['hot-5', 'cold-4', 'never-read'],
      ['hot-3', 'cold-2'],
    ]);
    expect(plan(order, { batchSize: 3, requests: 1, reservedChecks: 0 })).toMatchObject({
      batches: [['hot-5', 'cold-4', 'never-read']],
      backlog: 2,
    });
  });

  it('equal waits go by name, so that a run can be repeated', () => {
    const candidates = names(5).map((mint) => token(mint, { refreshedMs: 0 }));
    expect(plan(candidates.toReversed()).batches).toEqual([names(5)]);
  });

  it('the checks of those who have waited longest', () => {
    const candidates = names(5).map((mint, n) => token(mint, { checkedMs: NOW - 60_000 - n }));
    expect(plan(candidates, { requests: 2 })).toMatchObject({ checks: ['t0004', 't0003'], backlog: 3 });
  });
});

describe('who gets how much', () => {
  const due = (count: number): Candidate[] =>
    names(count).map((mint) => token(mint, { refreshedMs: 0, checkedMs: 0, discoveredMs: 0 }));
  it.each([
    ['the share of full reads is kept for them', 1_000, 10, 2, 8, 2],
    ['without a share refreshes come first', 1_000, 10, 0, 10, 0],
    ['what refreshes leave goes to full reads', 60, 10, 2, 2, 8],
    ['a share over the budget leaves nothing else', 1_000, 3, 9, 0, 3],
    ['one request', 1_000, 1, 1, 0, 1],
    ['nothing to spend', 1_000, 0, 5, 0, 0],
    ['who is read in full needs no batch', 31, 10, 0, 1, 8],
  ])('%s', (_what, tokens, requests, reservedChecks, batches, checks) => {
    const found = plan(due(tokens), { requests, reservedChecks });
    expect([found.batches.length, found.checks.length]).toEqual([batches, checks]);
    // Each token counts once, whatever it waits for.
    expect(found.backlog).toBe(tokens - checks);
  });

  it('a share that no check needs goes to refreshes', () => {
    const candidates = names(900).map((mint) => token(mint, { refreshedMs: 0 }));
    expect(plan(candidates, { reservedChecks: 5 }).batches).toHaveLength(10);
  });
});

it(
  'never over budget, none twice, nothing that is not due, longest wait first',
  { timeout: PATIENT_MS },
  () => {
    const time = fc.integer({ min: -1_000_000, max: NOW });
    const candidates = fc.uniqueArray(
      fc.record({
        mint: fc.string({ minLength: 1, maxLength: 4 }),
        status: fc.constantFrom('monitoring', 'active', 'archived'),
        group: fc.constantFrom('hot', 'cold'),
        refreshedMs: fc.option(time),
        checkedMs: fc.option(time),
        discoveredMs: time,
      }),
      { selector: ({ mint }) => mint, maxLength: 120 },
    );
    const budgets = fc.record({
      requests: fc.nat(12),
      reservedChecks: fc.nat(15),
      batchSize: fc.integer({ min: 1, max: 30 }),
    });
    const waited = (last: number | null, discovered: number, interval: number): number =>
      last === null ? 1 + (NOW - discovered) / interval : (NOW - last) / interval;
    fc.assert(
      fc.property(candidates, budgets, (all, budget) => {
        const { batches, checks, backlog } = planReads(all, NOW, budget, SETTINGS);
        expect(batches.length + checks.length).toBeLessThanOrEqual(budget.requests);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(budget.batchSize);
        }
        const read = batches.flat();
        expect(new Set([...read, ...checks]).size).toBe(read.length + checks.length);
        const living = all.filter(({ status }) => status !== 'archived');
        const waits = {
          refresh: new Map(
            living.map((one) => [
              one.mint,
              waited(one.refreshedMs, one.discoveredMs, one.group === 'hot' ? 10_000 : 45_000),
            ]),
          ),
          check: new Map(
            living.map((one) => [
              one.mint,
              waited(one.checkedMs, one.discoveredMs, one.status === 'active' ? 300_000 : 60_000),
            ]),
          ),
        };
        const left = new Set<string>();
        for (const [chosen, wait] of [
          [read, waits.refresh],
          [checks, waits.check],
        ] as const) {
          // Who is read in full is refreshed by that.
          const due = [...wait].filter(
            ([mint, value]) => value >= 1 && (chosen === checks || !checks.includes(mint)),
          );
          const chosenSet = new Set(chosen);
          const least = Math.min(...chosen.map((mint) => wait.get(mint) ?? -1));
          const waiting = due.filter(([mint]) => !chosenSet.has(mint));
          for (const [mint] of waiting) left.add(mint);
          const passedOver = waiting.map(([, value]) => value);
          expect(least).toBeGreaterThanOrEqual(Math.max(1, ...passedOver));
        }
        expect(backlog).toBe(left.size);
        const dueChecks = [...waits.check.values()].filter((value) => value >= 1).length;
        expect(checks.length).toBeGreaterThanOrEqual(
          Math.min(dueChecks, budget.reservedChecks, budget.requests),
        );
      }),
      { numRuns: 500 },
    );
  },
);

describe('nobody starves', { timeout: PATIENT_MS }, () => {
  const TURNS = 1_000;

  interface Waits {
    readonly longestMs: number;
    readonly reads: number;
  }

  /** Turns of a second with `requests` each, always more due than can be read: the longest wait in each group. */
  function simulate(
    hot: number,
    cold: number,
    requests: number,
    batchSize: number,
  ): { hot: Waits; cold: Waits } {
    const group = (mint: string): 'hot' | 'cold' => (mint.startsWith('h') ? 'hot' : 'cold');
    const last = new Map(
      [...names(hot, 'h'), ...names(cold, 'c')].map((mint) => [mint, null as number | null]),
    );
    const waits = { hot: { longestMs: 0, reads: 0 }, cold: { longestMs: 0, reads: 0 } };
    const wait = (mint: string, now: number): void => {
      const own = waits[group(mint)];
      own.longestMs = Math.max(own.longestMs, now - (last.get(mint) ?? 0));
    };
    for (let now = 0; now < TURNS * 1_000; now += 1_000) {
      const candidates = [...last].map(([mint, refreshedMs]) =>
        token(mint, { group: group(mint), refreshedMs, checkedMs: now, discoveredMs: 0 }),
      );
      const { batches, checks } = plan(candidates, { requests, batchSize, reservedChecks: 0 }, now);
      expect([batches.length, checks.length]).toEqual([requests, 0]);
      for (const mint of batches.flat()) {
        wait(mint, now);
        waits[group(mint)].reads += 1;
        last.set(mint, now);
      }
      for (const mint of last.keys()) wait(mint, now);
    }
    return waits;
  }

  it.each([
    ['cold tokens alone', 0, 600, 2, 5],
    ['hot tokens alone', 400, 0, 2, 5],
    ['a sixth hot', 100, 500, 2, 5],
    ['few hot ones', 10, 590, 1, 8],
  ])('%s: the longest wait is at most twice (tokens x cost / quota)', (_what, hot, cold, requests, size) => {
    const roundMs = ((hot + cold) / size / requests) * 1_000;
    const waits = simulate(hot, cold, requests, size);
    const longestMs = Math.max(waits.hot.longestMs, waits.cold.longestMs);
    expect(longestMs).toBeLessThanOrEqual(2 * roundMs);
    // With more tokens than quota nobody waits less than a round, either.
    expect(longestMs).toBeGreaterThanOrEqual(roundMs - 1_000);
  });

  it.each([
    ['half of them hot', 300, 300],
    ['nearly all of them hot', 400, 40],
    ['nearly none of them hot', 20, 600],
  ])('%s: each group rotates through what the other leaves it', (_what, hot, cold) => {
    const waits = simulate(hot, cold, 2, 5);
    for (const [own, tokens] of [
      [waits.hot, hot],
      [waits.cold, cold],
    ] as const) {
      const readsPerMs = own.reads / (TURNS * 1_000);
      expect(own.longestMs).toBeLessThanOrEqual((2 * tokens) / readsPerMs);
    }
    // Hot tokens come 4.5 times as often, so a cold one waits for 4.5 rounds of the hot ones, and starting up.
    expect(waits.cold.longestMs).toBeLessThanOrEqual(1.2 * ((4.5 * hot + cold) / 10) * 1_000);
    expect(waits.hot.longestMs).toBeLessThan(waits.cold.longestMs);
  });
});

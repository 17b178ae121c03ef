import { describe, expect, it } from 'vitest';
import { NO_CREDIT, planReads, type Plan, type PlanBudget, type PlanSettings } from './plan.ts';
import { columnsOf, type PlainCandidate } from './testing/candidates.ts';
import { SETTINGS } from './testing/tokens.ts';

const NOW = 10_000_000;
const BUDGET: PlanBudget = {
  requests: 10,
  requestsPerMinute: 300,
  batchSize: 30,
  credit: NO_CREDIT,
  startedMs: 0,
};
/** Without kept shares, so that a single turn shows the order. */
const PLAIN: PlanSettings = { ...SETTINGS, checkShare: 0, firstShare: 0, coldShare: 0, archivedShare: 0 };
/** Cold, and not due. */
const token = (mint: string, changes: Partial<PlainCandidate> = {}): PlainCandidate => ({
  mint,
  refreshedMs: NOW,
  checkedMs: NOW,
  ...changes,
});
const plan = (
  candidates: readonly PlainCandidate[],
  budget: Partial<PlanBudget> = {},
  settings: PlanSettings = PLAIN,
): Plan => planReads(columnsOf(candidates), NOW, { ...BUDGET, ...budget }, settings);
const names = (count: number, prefix = 't'): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(4, '0')}`);
const batchesOf = ({ reads }: Plan): (readonly string[])[] =>
  reads.flatMap((read) => (read.kind === 'batch' ? [read.mints] : []));
const fullOf = ({ reads }: Plan): (readonly [string, string])[] =>
  reads.flatMap((read) => (read.kind === 'full' ? [[read.mint, read.why] as const] : []));
const whyOf = ({ reads }: Plan): unknown[] =>
  reads.flatMap((read) => (read.kind === 'batch' ? [read.why] : []));
const NOBODY = { hot: 0, first: 0, cold: 0, archived: 0, ahead: 0 };

describe('who is due, and why', () => {
  it.each([
    ['a hot token after 10 s', { group: 'hot', refreshedMs: NOW - 10_000 }, 'hot'],
    ['a hot token before', { group: 'hot', refreshedMs: NOW - 9_999 }, null],
    ['an active token after 10 s', { status: 'active', refreshedMs: NOW - 10_000 }, 'hot'],
    ['a cold token after 45 s', { refreshedMs: NOW - 45_000 }, 'cold'],
    ['a cold token before', { refreshedMs: NOW - 44_999 }, null],
    ['an archived token after 10 min', { status: 'archived', refreshedMs: NOW - 600_000 }, 'archived'],
    ['an archived token before', { status: 'archived', refreshedMs: NOW - 599_999 }, null],
    ['an archived one that was never read', { status: 'archived', refreshedMs: null }, 'archived'],
    ['a token that was never read, at once', { refreshedMs: null, discoveredMs: NOW }, 'first'],
    ['a hot one that was never read', { group: 'hot', refreshedMs: null, discoveredMs: NOW }, 'hot'],
    ['what is being read', { refreshedMs: 0, reading: true }, null],
    ['what steps back', { refreshedMs: 0, refreshNotBeforeMs: NOW + 1 }, null],
    ['what has stepped back', { refreshedMs: 0, refreshNotBeforeMs: NOW }, 'cold'],
  ] as const)('a refresh: %s', (_what, changes, why) => {
    const found = plan([token('x', changes)]);
    expect(whyOf(found)).toEqual(why === null ? [] : [{ ...NOBODY, [why]: 1 }]);
    expect(fullOf(found)).toEqual([]);
    expect(found.backlog).toBe(0);
  });

  it.each([
    ['a token in monitoring after 60 s', { checkedMs: NOW - 60_000 }, 'check'],
    ['and not before', { checkedMs: NOW - 59_999 }, null],
    ['an active one after 5 min', { status: 'active', checkedMs: NOW - 300_000 }, 'active'],
    ['and not before', { status: 'active', checkedMs: NOW - 299_999 }, null],
    ['what was never read in full, at once', { checkedMs: null, discoveredMs: NOW }, 'first'],
    [
      'a loss that waits to be confirmed, after 65 s',
      { status: 'active', checkedMs: NOW - 65_000, lossToConfirm: true },
      'confirm-loss',
    ],
    ['and not before', { status: 'active', checkedMs: NOW - 64_999, lossToConfirm: true }, null],
    ['an archived one never', { status: 'archived', checkedMs: null }, null],
    ['what is being read', { checkedMs: 0, reading: true }, null],
    ['what steps back', { checkedMs: 0, checkNotBeforeMs: NOW + 1 }, null],
  ] as const)('a full read: %s', (_what, changes, why) => {
    const found = plan([token('x', changes)]);
    expect(fullOf(found)).toEqual(why === null ? [] : [['x', why]]);
    expect(batchesOf(found)).toEqual([]);
  });
});

describe('who goes first', () => {
  it('hot, never read, cold, archived; each by age x sqrt(value)', () => {
    const candidates = [
      token('archived', { status: 'archived', refreshedMs: 0 }),
      token('cold 90 s', { refreshedMs: NOW - 90_000 }),
      token('cold 50 s of value 4', { refreshedMs: NOW - 50_000, refreshValue: 4 }),
      token('new', { refreshedMs: null, discoveredMs: NOW }),
      token('hot 12 s', { group: 'hot', refreshedMs: NOW - 12_000 }),
      token('hot 11 s of value 2', { group: 'hot', refreshedMs: NOW - 11_000, refreshValue: 2 }),
      token('hot 15 s', { group: 'hot', refreshedMs: NOW - 15_000 }),
    ];
    const order = [
      'hot 11 s of value 2',
      'hot 15 s',
      'hot 12 s',
      'new',
      'cold 50 s of value 4',
      'cold 90 s',
      'archived',
    ];
    expect(batchesOf(plan(candidates))).toEqual([order]);
    for (const requests of [1, 2, 3]) {
      const found = plan(candidates, { batchSize: 2, requests });
      expect(batchesOf(found).flat()).toEqual(order.slice(0, 2 * requests));
      expect(found.backlog).toBe(6 - 2 * requests);
    }
  });

  it('equal tokens in the order in which they came, so that a run can be repeated', () => {
    const candidates = names(5).map((mint) => token(mint, { refreshedMs: 0 }));
    expect(batchesOf(plan(candidates.toReversed(), { batchSize: 3 }))).toEqual([
      ['t0004', 't0003', 't0002'],
      ['t0001', 't0000'],
    ]);
  });

  it('of full reads: losses and first ones that look good, then active ones, what looks good, the others', () => {
    const candidates = [
      token('regular', { checkedMs: NOW - 900_000 }),
      token('active', { status: 'active', checkedMs: NOW - 900_000, checkValue: 4 }),
      token('unknown', { refreshedMs: null, checkedMs: null, discoveredMs: NOW, promising: true }),
      token('good', { checkedMs: NOW - 70_000, promising: true }),
      token('first', { checkedMs: null, discoveredMs: NOW, promising: true }),
      token('dull first', { checkedMs: null, discoveredMs: NOW }),
      token('lost', { status: 'active', checkedMs: NOW - 70_000, lossToConfirm: true }),
    ];
    // Without its credit the rotation has no share of a single turn.
    const credit = { ...NO_CREDIT, full: 7, promising: -9, rotation: -9 };
    expect(fullOf(plan(candidates, { credit })).map(([mint]) => mint)).toEqual([
      'lost',
      'first',
      'active',
      'good',
      'unknown',
      'regular',
      'dull first',
    ]);
    // With it, one of four is kept for each of the others.
    expect(
      fullOf(plan(candidates, { requests: 4, credit: { ...NO_CREDIT, full: 4 } })).map(([mint]) => mint),
    ).toEqual(['lost', 'first', 'good', 'regular']);
  });
});

describe('how the requests are shared', () => {
  const due = (count: number, prefix = 't'): PlainCandidate[] =>
    names(count, prefix).map((mint) => token(mint, { refreshedMs: 0, checkedMs: 0 }));
  it.each([
    ['what is kept for full reads', 1_000, 10, 2, 8, 2],
    ['without a share refreshes come first', 1_000, 10, 0, 10, 0],
    ['what refreshes leave goes to full reads', 60, 10, 2, 2, 8],
    ['a share over the budget leaves nothing else', 1_000, 3, 9, 0, 3],
    ['one request', 1_000, 1, 1, 0, 1],
    ['nothing to spend', 1_000, 0, 5, 0, 0],
    ['who is read in full needs no batch', 31, 10, 0, 1, 8],
  ])('%s', (_what, tokens, requests, kept, batches, checks) => {
    const found = plan(due(tokens), { requests, credit: { ...NO_CREDIT, full: kept } });
    expect([batchesOf(found).length, fullOf(found).length]).toEqual([batches, checks]);
    // Each token counts once, whatever it waits for.
    expect(found.backlog).toBe(tokens - checks);
  });

  it('urgent full reads come before cold tokens, not before hot ones', () => {
    const urgent = names(3, 'u').map((mint) => token(mint, { checkedMs: null, promising: true }));
    const cold = names(300, 'c').map((mint) => token(mint, { refreshedMs: 0 }));
    const hot = names(300, 'h').map((mint) => token(mint, { group: 'hot', refreshedMs: 0 }));
    expect(fullOf(plan([...cold, ...urgent]))).toHaveLength(3);
    expect(fullOf(plan([...cold, ...hot, ...urgent]))).toHaveLength(0);
  });

  it('a share that nobody needs goes to the others', () => {
    const cold = names(900).map((mint) => token(mint, { refreshedMs: 0 }));
    const credit = { full: 5, promising: 5, rotation: 5, first: 90, cold: 0, archived: 90 };
    expect(batchesOf(plan(cold, { credit }))).toHaveLength(10);
  });

  it('with hot tokens for twice the quota every class gets its share over time, and no more', () => {
    const settings = {
      ...SETTINGS,
      checkShare: 0.15,
      firstShare: 0.02,
      coldShare: 0.05,
      archivedShare: 0.01,
    };
    const all = [
      ...names(2_000, 'h').map((mint) => token(mint, { group: 'hot', refreshedMs: 0, checkedMs: 0 })),
      ...names(2_000, 'c').map((mint) => token(mint, { refreshedMs: 0 })),
      ...names(2_000, 'n').map((mint) => token(mint, { refreshedMs: null })),
      ...names(2_000, 'a').map((mint) => token(mint, { status: 'archived', refreshedMs: 0 })),
    ];
    const columns = columnsOf(all);
    const given = { ...NOBODY, full: 0 };
    let credit = NO_CREDIT;
    const TURNS = 2_000;
    for (let turn = 0; turn < TURNS; turn++) {
      const found = planReads(columns, NOW, { ...BUDGET, requests: 1 + (turn % 3), credit }, settings);
      credit = found.credit;
      given.full += fullOf(found).length;
      for (const read of found.reads)
        if (read.kind === 'batch')
          for (const name of ['hot', 'first', 'cold', 'archived', 'ahead'] as const)
            given[name] += read.why[name];
    }
    const requests = 2 * TURNS;
    expect(Math.abs(given.full - 0.15 * requests)).toBeLessThanOrEqual(2);
    for (const [name, share] of [
      ['first', 0.02],
      ['cold', 0.05],
      ['archived', 0.01],
    ] as const)
      expect(Math.abs(given[name] - share * requests * 30)).toBeLessThanOrEqual(60);
    expect(given.ahead).toBe(0);
    expect(given.hot).toBeGreaterThan(0.76 * requests * 30);
  });

  it('a class that was idle has saved up one request at most', () => {
    let { credit } = plan([]);
    for (let turn = 0; turn < 1_000; turn++) credit = plan([], { credit }, SETTINGS).credit;
    expect(credit).toMatchObject({ full: 1, first: 30, cold: 30, archived: 30 });
    expect(Math.max(credit.promising, credit.rotation)).toBeLessThanOrEqual(1);
  });
});

describe('full batches', () => {
  const hotDue = token('due', { group: 'hot', refreshedMs: NOW - 10_000 });
  it('a request that is made anyway takes who is due soonest, by share of the interval', () => {
    const candidates = [
      token('cold 40 %', { refreshedMs: NOW - 18_000 }),
      token('hot 30 %', { group: 'hot', refreshedMs: NOW - 3_000 }),
      token('archived 90 %', { status: 'archived', refreshedMs: NOW - 540_000 }),
      token('hot 20 %', { group: 'hot', refreshedMs: NOW - 2_000 }),
      token('hot too fresh', { group: 'hot', refreshedMs: NOW - 1_999 }),
      token('cold too fresh', { refreshedMs: NOW - 8_999 }),
      token('read', { group: 'hot', refreshedMs: NOW - 9_000, reading: true }),
      token('steps back', { group: 'hot', refreshedMs: NOW - 9_000, refreshNotBeforeMs: NOW + 1 }),
      token('in full', { group: 'hot', refreshedMs: NOW - 9_000, checkedMs: 0 }),
      hotDue,
    ];
    const found = plan(candidates);
    expect(batchesOf(found)).toEqual([['due', 'archived 90 %', 'cold 40 %', 'hot 30 %', 'hot 20 %']]);
    expect(whyOf(found)).toEqual([{ ...NOBODY, hot: 1, ahead: 4 }]);
    expect(fullOf(found)).toEqual([['in full', 'check']]);
    expect(batchesOf(plan(candidates, { batchSize: 3 }))).toEqual([['due', 'archived 90 %', 'cold 40 %']]);
  });

  it('no request is made for them alone', () => {
    expect(plan([token('soon', { refreshedMs: NOW - 44_999 })]).reads).toEqual([]);
  });

  it('counts the places and who sits in them', () => {
    const { batchSlots, batchTokens } = plan(
      [hotDue, ...names(3).map((mint) => token(mint, { refreshedMs: 0 }))],
      {
        batchSize: 3,
      },
    );
    expect([batchSlots, batchTokens]).toEqual([6, 4]);
  });
});

describe('how the work stands', () => {
  it('by class: backlog, the longest wait, and what the quota carries', () => {
    const candidates = [
      token('active', { status: 'active', refreshedMs: NOW - 21_000, checkedMs: NOW - 400_000 }),
      token('hot', { group: 'hot', refreshedMs: NOW - 11_000 }),
      token('cold', { refreshedMs: NOW - 50_000, checkedMs: null, discoveredMs: NOW - 3_600_000 }),
      token('new', { refreshedMs: null, discoveredMs: NOW - 70_000 }),
      token('old', { status: 'archived', refreshedMs: NOW - 900_000 }),
      token('fails', {
        refreshedMs: 0,
        checkedMs: 0,
        refreshNotBeforeMs: Infinity,
        checkNotBeforeMs: Infinity,
      }),
    ];
    const { classes, backlog, reads } = plan(candidates, { requests: 0 });
    expect(reads).toEqual([]);
    expect(backlog).toBe(4);
    expect(classes).toMatchObject({
      hot: { tokens: 2, backlog: 2, longestWaitMs: 21_000, intervalMs: 10_000, rotationMs: 10_000 },
      cold: { tokens: 3, backlog: 2, longestWaitMs: 70_000, intervalMs: 45_000, rotationMs: 45_000 },
      archived: { tokens: 1, backlog: 1, longestWaitMs: 900_000 },
      full: { tokens: 5, backlog: 2, longestWaitMs: 3_600_000 },
    });
    expect(plan(candidates, { requests: 0, startedMs: NOW - 15_000 }).classes).toMatchObject({
      hot: { longestWaitMs: 15_000 },
      cold: { longestWaitMs: 15_000 },
      archived: { longestWaitMs: 15_000 },
      full: { longestWaitMs: 15_000 },
    });
  });

  it('who waits for over twice a round, and how many were read in 10 min', () => {
    const hot = (ms: number): PlainCandidate => token(`hot ${ms}`, { group: 'hot', refreshedMs: NOW - ms });
    const { waitingUnduly, recentlyRead } = plan([
      hot(20_000),
      hot(20_001),
      token('cold', { refreshedMs: NOW - 90_001 }),
      token('archived', { status: 'archived', refreshedMs: NOW - 600_000 }),
      token('long ago', { status: 'archived', refreshedMs: NOW - 599_999 }),
      token('new', { refreshedMs: null, discoveredMs: NOW - 90_000 }),
    ]);
    expect([waitingUnduly, recentlyRead]).toEqual([2, 4]);
  });
});

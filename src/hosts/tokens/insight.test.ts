import { describe, expect, it } from 'vitest';
import { FakeClock, silentLogger } from '../../kernel/index.ts';
import { failedList, flowReport, stuckList, tokenStory, type JournalEntry } from '../../contract/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { checkActivation } from './activation.ts';
import { MOST_FACTS } from './flow.ts';
import { createTokenInsight, type TokenInsight } from './insight.ts';
import type { TokenPipeline } from './pipeline-port.ts';
import type { HourlyCheck } from './ports.ts';
import { FakeDex } from './testing/fake-dex.ts';
import { FakeTokenStore } from './testing/fake-store.ts';
import { createOpenPipeline } from './testing/open-pipeline.ts';
import { NOW, SETTINGS, pairOf, tokenOf } from './testing/tokens.ts';
import type { Token } from './token.ts';

const MINUTE = 60_000;
const [A, B, C, D, E] = [mintOf(1), mintOf(2), mintOf(3), mintOf(4), mintOf(5)];
const unmet = checkActivation([pairOf(A)], SETTINGS, NOW - 20_000);
const checked = {
  check: unmet,
  checkedAt: NOW - 20_000,
  refreshedAt: NOW - 20_000,
  checkSince: NOW - 9 * MINUTE,
};
const discovered = (minutesAgo: number): Partial<Token> => ({
  discoveredAt: NOW - minutesAgo * MINUTE,
  statusSince: NOW - minutesAgo * MINUTE,
});

interface Bench {
  readonly clock: FakeClock;
  readonly store: FakeTokenStore;
  readonly dex: FakeDex;
  readonly pipeline: TokenPipeline;
  readonly insight: TokenInsight;
  readonly journal: JournalEntry[];
  released: boolean;
}

function bench(...tokens: readonly Token[]): Bench {
  const clock = new FakeClock();
  const store = new FakeTokenStore();
  const dex = new FakeDex(clock);
  const journal: JournalEntry[] = [];
  const pipeline = createOpenPipeline({ clock, store, dex, settings: SETTINGS, log: silentLogger });
  for (const token of tokens) pipeline.registry.add(token, clock.now(), clock.monotonic());
  const bed = { clock, store, dex, pipeline, journal, released: false };
  const insight = createTokenInsight({
    clock,
    store,
    dex,
    pipeline: { ...pipeline, releaseHeld: () => Promise.resolve(bed.released) },
    settings: SETTINGS,
    accuracy: () => ({ share: 0.9, compared: 10 }),
    journal: ({ subject, limit }) => {
      const items = journal.filter((entry) => entry.subject === subject).reverse();
      const [last] = items.slice(limit - 1);
      return { items: items.slice(0, limit), nextBefore: items.length > limit ? (last?.seq ?? null) : null };
    },
  });
  return Object.assign(bed, { insight });
}

const crowd = (): readonly Token[] => [
  tokenOf(A, { ...discovered(10), ...checked, symbol: 'WAITS' }),
  tokenOf(B, { ...discovered(30), ...checked }),
  tokenOf(C, discovered(5)),
  tokenOf(D, { ...discovered(30), ...checked, status: 'active' }),
  tokenOf(E, discovered(1)),
];

describe('insight', () => {
  it('lists faults of ours first, then the longest waiting', () => {
    const { insight } = bench(...crowd());
    const list = stuckList.parse(insight.stuck(10));
    expect(list).toMatchObject({ at: NOW, ours: 1, notEligible: 2 });
    expect(list.items.map(({ mint, fault }) => [mint, fault])).toEqual([
      [C, 'queue'],
      [B, 'market'],
      [A, 'market'],
    ]);
    expect(list.items[0]?.sentence).toContain('due for 5 min although requests are left; never checked');
    expect(insight.stuck(1)).toMatchObject({ ours: 1, items: { length: 1 } });
  });

  it('lists the tokens whose last check failed, newest first', () => {
    const older = { ...checked, check: { ...unmet, at: NOW - 50_000 } };
    const { insight } = bench(...crowd(), tokenOf(mintOf(6), older));
    const { items } = failedList.parse(insight.failed(10));
    expect(items.map(({ mint }) => mint)).toEqual([...[A, B].sort(), mintOf(6)]);
    expect(items[0]?.steps).toEqual(unmet.steps);
  });

  it('blames the quota while it is spent', () => {
    const { insight, dex } = bench(tokenOf(C, discovered(5)));
    dex.limit = 0;
    expect(insight.stuck(1).items[0]?.fault).toBe('quota');
  });

  it('blames reads that fail, and says when the next one comes', () => {
    const { insight, pipeline, clock } = bench(tokenOf(C, discovered(5)));
    for (const _ of [1, 2, 3]) pipeline.registry.stepBack([C], 'full', clock.monotonic());
    expect(insight.stuck(1).items[0]).toMatchObject({ fault: 'fetch', nextCheckAt: NOW + 8_000 });
  });

  it('walks once for all who ask within three seconds', async () => {
    const { insight, pipeline, clock } = bench(...crowd());
    expect(insight.stuck(10).items).toHaveLength(3);
    pipeline.registry.remove(C);
    await clock.advance(2_999);
    expect(insight.stuck(10).ours).toBe(1);
    await clock.advance(1);
    expect(insight.stuck(10).ours).toBe(0);
  });

  it('does not judge by an hour of which the store gave a part only', () => {
    const { insight, store } = bench();
    const hoursAgo = (index: number): number => (index < 10 ? 0 : index < MOST_FACTS + 5 ? 1 : 2);
    const checks = Array.from({ length: MOST_FACTS + 9 }, (_, index): HourlyCheck => ({
      mint: `t${index}`,
      hour: NOW - hoursAgo(index) * 3_600_000,
      passed: false,
      failedStep: 'external_pools',
      bestLimitUsd: null,
      worstLimitUsd: null,
    }));
    store.facts = { ...store.facts, checks };
    const { byHour, recommendation } = insight.flow(3);
    expect(byHour.map(({ checked }) => checked)).toEqual([0, 0, 10]);
    expect(recommendation).toContain('There are many checks');
  });

  it('reports the flow with the places of now, and keeps it for ten seconds', async () => {
    const { insight, store, clock } = bench(...crowd(), tokenOf(mintOf(7), { status: 'archived' }));
    const report = flowReport.parse(insight.flow(24));
    expect(report).toMatchObject({
      hours: 24,
      now: { unread: 2, monitoring: 4, active: 1, archived: 1, stuckNotEligible: 2, stuckOurs: 1 },
      accuracy: { share: 0.9, compared: 10 },
    });
    expect(report.byHour).toHaveLength(24);
    store.facts = { ...store.facts, discovered: [{ hour: NOW, count: 3 }] };
    expect(insight.flow(24).byHour.at(-1)?.discovered).toBe(0);
    expect(insight.flow(1).byHour.at(-1)?.discovered).toBe(3);
    await clock.advance(10_000);
    expect(insight.flow(24).byHour.at(-1)?.discovered).toBe(3);
  });

  it('tells how many moves waited, and none when none was let go', async () => {
    const held = { to: 'monitoring', since: NOW, reason: 'many' } as const;
    const bed = bench(tokenOf(A, { status: 'active', held }), tokenOf(B, { held }), tokenOf(C));
    expect(await bed.insight.releaseHeld('me', 'so it is')).toEqual({ released: 0 });
    bed.released = true;
    expect(await bed.insight.releaseHeld('me', 'so it is')).toEqual({ released: 2 });
  });
});

const entry = (seq: number, reason: string, subject = A): JournalEntry => ({
  seq,
  at: NOW - 1_000_000 + seq,
  type: 'token.checked',
  subject,
  reason,
  data: { check: unmet },
});

describe('the story of a token', () => {
  it('tells what happened, why it is not active, and what would change that', () => {
    const { insight, journal } = bench(...crowd());
    journal.push(entry(1, 'One.'), entry(2, 'Another.', B), entry(3, 'Three.'));
    const story = tokenStory.parse(insight.story(A));
    expect(story).toMatchObject({
      mint: A,
      symbol: 'WAITS',
      status: 'monitoring',
      group: 'cold',
      check: unmet,
      checkSince: NOW - 9 * MINUTE,
      nextCheckAt: NOW + 40_000,
      nextRefreshAt: NOW + 25_000,
      whyNot: { fault: 'market', step: { name: 'external_pools' } },
    });
    expect(story.sentence).toBe(story.whyNot?.sentence);
    expect(story.wouldChange[0]).toMatch(/^One more external pool with at least 200 USD/);
    expect(story.events).toEqual([
      { at: NOW - 10 * MINUTE, type: 'token.discovered', reason: 'Discovered by test.' },
      { at: NOW - 999_999, type: 'token.checked', reason: 'One.' },
      { at: NOW - 999_997, type: 'token.checked', reason: 'Three.' },
    ]);
  });

  it('does not tell the discovery twice', () => {
    const { insight, journal } = bench(...crowd());
    const found: JournalEntry = {
      seq: 1,
      at: NOW,
      type: 'token.discovered',
      subject: A,
      reason: 'A was found.',
      data: { feed: 'test' },
    };
    journal.push(found);
    expect(insight.story(A)?.events).toEqual([{ at: NOW, type: 'token.discovered', reason: 'A was found.' }]);
  });

  it('says where it is cut', () => {
    const { insight, journal } = bench(...crowd());
    for (let seq = 1; seq <= 250; seq += 1) journal.push(entry(seq, `Check ${seq}.`));
    const events = insight.story(A)?.events ?? [];
    expect(events).toHaveLength(202);
    expect(events.slice(0, 3).map(({ reason }) => reason)).toEqual([
      'Discovered by test.',
      'Only the newest 200 entries are told; the journal has the earlier ones.',
      'Check 51.',
    ]);
    expect(events.at(-1)?.reason).toBe('Check 250.');
  });

  it('is told of active and archived tokens, too, and of no others', () => {
    const { insight } = bench(...crowd(), tokenOf(mintOf(7), { status: 'archived', ...checked }));
    expect(insight.story(D)).toMatchObject({ status: 'active', whyNot: null, group: 'hot' });
    expect(insight.story(mintOf(7))).toMatchObject({
      status: 'archived',
      whyNot: null,
      nextCheckAt: null,
      sentence: 'Archived: it comes back with 300 trades in 5 min and 200 USD of liquidity.',
    });
    expect(insight.story(E)).toMatchObject({ whyNot: null, sentence: 'Discovered, and not read yet.' });
    expect(insight.story(mintOf(99))).toBeUndefined();
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import type { Pair } from '../dexscreener/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import type { TokenPipeline } from './pipeline-port.ts';
import { applyBatchRead } from './read.ts';
import { FakeDex } from './testing/fake-dex.ts';
import { FakeTokenStore } from './testing/fake-store.ts';
import { createOpenPipeline } from './testing/open-pipeline.ts';
import { NOW, SETTINGS, keptLog, pairOf, tokenOf } from './testing/tokens.ts';
import type { TokenSettings } from './settings.ts';
import type { Token } from './token.ts';

const MINUTE = 60_000;
const two = (mint: string): readonly Pair[] => [
  pairOf(mint),
  pairOf(mint, { dex: 'orca', pairAddress: `${mint}-2` }),
];
const one = (mint: string): readonly Pair[] => [pairOf(mint)];

let clock: FakeClock;
let store: FakeTokenStore;
let dex: FakeDex;
let pipeline: TokenPipeline;

function start(tokens: readonly Token[], settings: Partial<TokenSettings> = {}): void {
  clock = new FakeClock();
  store = new FakeTokenStore();
  dex = new FakeDex(clock);
  for (const token of tokens) store.tokens.set(token.mint, token);
  pipeline = createOpenPipeline({
    clock,
    log: keptLog(),
    store,
    dex,
    settings: { ...SETTINGS, activeCheckIntervalMs: MINUTE, ...settings },
  });
  pipeline.start();
}
afterEach(async () => {
  const stopped = pipeline.stop();
  await clock.advance(MINUTE);
  await stopped;
});

const active = (n: number): Token => tokenOf(mintOf(n), { status: 'active', statusSince: NOW });
const statuses = (): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of store.tokens.values()) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const entries = (type: string): readonly string[] =>
  store.journal.flatMap((entry) => (entry.type === type ? [entry.reason] : []));

describe('a failed activation', () => {
  it('is looked at through the other endpoint, and a pool that was left out activates', async () => {
    start([tokenOf(mintOf(1))]);
    dex.pairsOf = one;
    dex.alternativePairsOf = two;
    await clock.advance(15 * MINUTE);
    expect(store.moves, 'and what is left out again does not send it back').toHaveLength(1);
    expect(pipeline.registry.get(mintOf(1))).toMatchObject({
      status: 'active',
      verification: { passed: true, onlyThere: [`${mintOf(1)}-2`] },
    });
    expect(entries('token.moved').join()).toMatch(/by the other endpoint; the usual one left pools out/);
  });

  it('is looked at once in half an hour, and no more than its share allows', async () => {
    start(Array.from({ length: 40 }, (_, n) => tokenOf(mintOf(n))));
    dex.pairsOf = one;
    const asked = () => dex.reads.filter(({ kind }) => kind === 'alternative');
    await clock.advance(5 * MINUTE);
    expect(asked().length).toBeGreaterThan(5 * 5);
    expect(asked().length).toBeLessThanOrEqual(5 * 6 + 2);
    await clock.advance(10 * MINUTE);
    expect(asked()).toHaveLength(40);
    expect(new Set(asked().map(({ mints }) => mints[0])).size).toBe(40);
    expect(entries('token.verified'), 'the same pools are no news').toEqual([]);
  });

  it('stays in monitoring when the other endpoint does not answer', async () => {
    start([tokenOf(mintOf(1))]);
    dex.pairsOf = one;
    dex.alternativePairsOf = () => {
      throw new Error('gone');
    };
    await clock.advance(5 * MINUTE);
    expect(pipeline.registry.get(mintOf(1))).toMatchObject({ status: 'monitoring', verification: null });
    expect(dex.timesOf(mintOf(1)).length, 'and it is read on').toBeGreaterThan(5);
  });
});

it('a token that only light reads have shown is not archived by empty answers after a restart', async () => {
  const [lonely, sound] = [mintOf(1), mintOf(2)];
  const answer = {
    mint: lonely,
    pairs: one(lonely),
    source: 'asked' as const,
    asQuote: 0,
    rejected: [],
    at: NOW,
  };
  const { token } = applyBatchRead(tokenOf(lonely), answer, NOW, SETTINGS);
  start([token, tokenOf(sound)], { monitoringTimeoutMs: 5 * MINUTE });
  expect(pipeline.whole(lonely)?.pools, 'the store has only what full reads brought').toEqual([]);
  dex.pairsOf = (mint) => (mint === sound ? two(mint) : []);
  await clock.advance(10 * MINUTE);
  expect(pipeline.registry.get(lonely)?.checkedAt).toBeGreaterThan(NOW + 5 * MINUTE);
  expect(statuses()).toEqual({ monitoring: 1, active: 1 });
});

describe('a loss of the condition', () => {
  it('sends one token back by two checks, and leaves the others', async () => {
    start(Array.from({ length: 20 }, (_, n) => active(n)));
    dex.pairsOf = two;
    await clock.advance(3 * MINUTE);
    dex.pairsOf = (mint) => (mint === mintOf(7) ? one(mint) : two(mint));
    await clock.advance(3 * MINUTE);
    expect(statuses()).toEqual({ active: 19, monitoring: 1 });
    expect(store.moves).toMatchObject([
      { mint: mintOf(7), from: 'active', to: 'monitoring', cause: 'condition_lost' },
    ]);
  });

  it('of many at once waits, is told, and goes when a person lets it', async () => {
    start(Array.from({ length: 20 }, (_, n) => active(n)));
    dex.pairsOf = two;
    await clock.advance(3 * MINUTE);
    dex.pairsOf = one;
    await clock.advance(10 * MINUTE);
    expect(statuses()).toEqual({ active: 20 });
    expect(entries('moves.held')).toEqual([
      expect.stringMatching(/active tokens judged .* would change for worse/),
    ]);
    expect(entries('token.held')).toHaveLength(20);
    expect(pipeline.status().heldMoves).toBeGreaterThan(10);
    expect(await pipeline.releaseHeld('ops', 'the pools are really gone')).toBe(true);
    await clock.advance(3 * MINUTE);
    expect(statuses()).toEqual({ monitoring: 20 });
    expect(entries('moves.released')[0]).toBe(
      'ops let the changes of active tokens go that waited: the pools are really gone',
    );
    expect(pipeline.status().heldMoves).toBe(0);
    expect(await pipeline.releaseHeld('ops', 'again')).toBe(false);
  });

  it('of many at once that is taken back leaves everything as it was', async () => {
    start(Array.from({ length: 20 }, (_, n) => active(n)));
    dex.pairsOf = two;
    await clock.advance(3 * MINUTE);
    dex.pairsOf = one;
    await clock.advance(10 * MINUTE);
    dex.pairsOf = two;
    await clock.advance(5 * MINUTE);
    expect(statuses()).toEqual({ active: 20 });
    expect(store.moves).toEqual([]);
    expect([...store.tokens.values()].filter(({ held, loss }) => held !== null || loss !== null)).toEqual([]);
    expect(pipeline.status().heldMoves).toBe(0);
  });
});

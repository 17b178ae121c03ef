import { afterEach, expect, it } from 'vitest';
import { AbortedError, FakeClock } from '../../kernel/index.ts';
import { UnavailableError } from '../../warden/resilience/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { checkActivation } from './activation.ts';
import { FakeDex } from './testing/fake-dex.ts';
import { FakeTokenStore } from './testing/fake-store.ts';
import { createOpenPipeline, type OpenPipeline } from './testing/open-pipeline.ts';
import { NOW, SETTINGS, keptLog, pairOf, tokenOf } from './testing/tokens.ts';
import type { Token } from './token.ts';
import { compareReads } from './verification.ts';

const MINT = mintOf(1);

let clock: FakeClock;
let store: FakeTokenStore;
let dex: FakeDex;
let pipeline: OpenPipeline;

/** A pipeline that reads nothing by itself. */
function start(token: Token): void {
  clock = new FakeClock();
  store = new FakeTokenStore();
  dex = new FakeDex(clock);
  dex.paused = 1;
  dex.pairsOf = (mint) => [pairOf(mint), pairOf(mint, { dex: 'orca', pairAddress: `${mint}-2` })];
  store.tokens.set(token.mint, token);
  const { pools, check, verification } = token;
  store.details.set(token.mint, { pools, check, verification });
  pipeline = createOpenPipeline({ clock, log: keptLog(), store, dex, settings: SETTINGS });
  pipeline.start();
}
afterEach(() => pipeline.stop());

async function readNow(mint = MINT): ReturnType<OpenPipeline['readNow']> {
  const reading = pipeline.readNow(mint);
  reading.catch(() => undefined);
  await clock.advance(100);
  return reading;
}

it('what a person asked for is taken over as any full read is', async () => {
  start(tokenOf(MINT));
  expect(await readNow()).toMatchObject({ source: 'DexScreener', freshness: 'fresh', pools: 2 });
  expect(store.tokens.get(MINT)).toMatchObject({ status: 'active', refreshedAt: NOW + 50 });
  expect(pipeline.registry.get(MINT)).toMatchObject({ status: 'active' });
  expect(pipeline.status()).toMatchObject({
    refreshedPerMinute: 1,
    checkedPerMinute: 1,
    activatedPerHour: 1,
  });
});

it('an archived token comes back by it if it trades', async () => {
  start(tokenOf(MINT, { status: 'archived' }));
  dex.pairsOf = (mint) => [pairOf(mint, { trades5m: { buys: 400, sells: 200 } })];
  await readNow();
  expect(store.tokens.get(MINT)).toMatchObject({ status: 'monitoring', refreshedAt: NOW + 50 });
});

it('without an answer it tells what is stored, and changes nothing', async () => {
  const pools = [{ ...pairOf(MINT), readAt: NOW - 60_000 }];
  start(tokenOf(MINT, { status: 'active', refreshedAt: NOW - 60_000, pools }));
  dex.fail = new Error('the network is gone');
  const before = store.tokens.get(MINT);
  expect(await readNow()).toEqual({
    mint: MINT,
    source: 'history',
    freshness: 'stale',
    at: NOW - 60_000,
    pools: 1,
    sentence: expect.stringMatching(/^What is stored shows 1 pool .*the network is gone\.$/) as string,
  });
  expect(store.tokens.get(MINT)).toBe(before);
});

it('with nothing stored either it says so, and a mint that is not watched is unknown', async () => {
  start(tokenOf(MINT));
  dex.fail = new Error('the network is gone');
  await expect(readNow()).rejects.toThrow(UnavailableError);
  expect(await readNow(mintOf(2))).toBeUndefined();
});

it('what the store refuses is not taken over', async () => {
  start(tokenOf(MINT));
  store.refuse = new Error('locked');
  await expect(readNow()).rejects.toThrow('locked');
  expect(pipeline.registry.get(MINT)).toMatchObject({ status: 'monitoring' });
});

it('who asks meanwhile joins, and what the plan reads at the same time is taken over one after the other', async () => {
  start(tokenOf(MINT));
  store.delay = () => clock.sleep(200);
  dex.paused = 0;
  await clock.advance(1_001);
  expect(dex.reads).toHaveLength(1);
  const before = dex.reads.length;
  const asked = [pipeline.readNow(MINT), pipeline.readNow(MINT)];
  dex.paused = 1;
  await clock.advance(600);
  const [first, second] = await Promise.all(asked);
  expect(first).toBe(second);
  expect(dex.reads.length).toBe(before + 1);
  expect(store.moves).toHaveLength(1);
  expect(store.journal.filter(({ type }) => type === 'token.moved')).toHaveLength(1);
});

it('no plan reads it at the same time', async () => {
  start(tokenOf(MINT));
  dex.delay = () => clock.sleep(5_000);
  const reading = pipeline.readNow(MINT);
  dex.paused = 0;
  await clock.advance(4_000);
  expect(dex.reads).toHaveLength(1);
  dex.paused = 1;
  await clock.advance(2_000);
  expect(await reading).toMatchObject({ freshness: 'fresh' });
});

it('a restart ends it, and the token can be read anew', async () => {
  start(tokenOf(MINT));
  dex.delay = () => clock.sleep(1_000);
  const reading = pipeline.readNow(MINT);
  const ended = expect(reading).rejects.toThrow(AbortedError);
  await clock.advance(500);
  pipeline.restart();
  await clock.advance(1_000);
  await ended;
  expect(store.commits).toBe(0);
  dex.delay = () => clock.sleep(50);
  expect(await readNow()).toMatchObject({ freshness: 'fresh' });
});

it('a stop waits until what it brought is stored', async () => {
  start(tokenOf(MINT));
  store.delay = () => clock.sleep(1_000);
  const reading = pipeline.readNow(MINT);
  await clock.advance(100);
  let stopped = false;
  const stopping = pipeline.stop().then(() => (stopped = true));
  await clock.advance(500);
  expect(stopped).toBe(false);
  await clock.advance(1_000);
  await stopping;
  expect((await reading)?.freshness).toBe('fresh');
  expect(store.tokens.get(MINT)).toMatchObject({ status: 'active' });
});

it('an endpoint that has left pools out takes nothing back that the other one has shown', async () => {
  const verification = { ...compareReads([], [], checkActivation([], SETTINGS, NOW), NOW), passed: true };
  start(tokenOf(MINT, { status: 'active', verification }));
  dex.pairsOf = (mint) => [pairOf(mint)];
  expect(await readNow()).toMatchObject({ freshness: 'fresh', pools: 1 });
  expect(store.tokens.get(MINT)).toMatchObject({ status: 'active', loss: null, check: null });
  expect(store.tokens.get(MINT)?.score).not.toBeNull();
});

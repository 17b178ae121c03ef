import { expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { FakeDex } from './testing/fake-dex.ts';
import { FakeTokenStore } from './testing/fake-store.ts';
import { createOpenPipeline } from './testing/open-pipeline.ts';
import { SETTINGS, keptLog, pairOf } from './testing/tokens.ts';

const ALL = Array.from({ length: 12 }, (_, n) => mintOf(1 + n));

/** A pipeline of active tokens of which all lose the condition. */
async function losing() {
  const clock = new FakeClock();
  const store = new FakeTokenStore();
  const dex = new FakeDex(clock);
  const pipeline = createOpenPipeline({ clock, log: keptLog(), store, dex, settings: SETTINGS });
  const both = (mint: string) => [pairOf(mint, { dex: 'pumpswap', pairAddress: `${mint}-p` }), pairOf(mint)];
  dex.pairsOf = both;
  pipeline.start();
  await pipeline.add(ALL, 'file');
  await clock.advance(120_000);
  expect(pipeline.registry.counts.active).toBe(ALL.length);
  dex.pairsOf = (mint) => both(mint).slice(0, 1);
  return { clock, store, pipeline };
}

const told = ({ journal }: FakeTokenStore) =>
  journal.flatMap(({ type, reason }) => (type.startsWith('moves.') ? [`${type} ${reason}`] : []));

it('a hold that the store refuses to note is noted with the next commit', async () => {
  const { clock, store, pipeline } = await losing();
  store.refuse = new Error('locked');
  await clock.advance(400_000);
  expect(pipeline.status().heldMoves).toBeGreaterThan(0);
  expect(told(store)).toEqual([]);
  store.refuse = null;
  await clock.advance(400_000);
  expect(told(store)).toEqual([expect.stringMatching(/^moves\.held \d+ of the \d+ active tokens judged/)]);
  expect(pipeline.registry.counts.active).toBe(ALL.length);
});

it('a person lets the changes go that wait: each is carried out with its reason, and that is told once', async () => {
  const { clock, store, pipeline } = await losing();
  await clock.advance(700_000);
  expect(pipeline.registry.counts.active).toBe(ALL.length);
  store.refuse = new Error('locked');
  await expect(pipeline.releaseHeld('ann', 'the pools are really gone')).rejects.toThrow('locked');
  store.refuse = null;
  expect(await pipeline.releaseHeld('ann', 'again')).toBe(false);
  expect(told(store).slice(1)).toEqual([
    'moves.released ann let the changes of active tokens go that waited: the pools are really gone',
  ]);
  await clock.advance(400_000);
  expect(pipeline.registry.counts).toMatchObject({ active: 0, monitoring: ALL.length });
  expect(store.moves.slice(-1)).toMatchObject([
    { from: 'active', to: 'monitoring', cause: 'condition_lost' },
  ]);
});

import { afterEach, describe, expect, test, vi } from 'vitest';
import type { JournalEntry } from '../../contract/index.ts';
import type { DexAnswer } from '../../hosts/dexscreener/index.ts';
import { HOUR_MS, MINUTE_MS, closeScenes, openScene, type Scene } from './testing/scene.ts';
import {
  eligible,
  ineligible,
  json,
  mints,
  type Asked,
  type ScriptedMarket,
  type WirePair,
} from './testing/scripted-market.ts';

// Virtual minutes are many turns: on a busy machine they need more than the usual time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
afterEach(closeScenes);

const active = mints(20);
const watched = mints(4, 100);
/** No answer has ever shown a pool of these. */
const unlisted = mints(2, 200);
const everyone = [...active, ...watched, ...unlisted];
const script = (market: ScriptedMarket): void => {
  market.list(active, eligible);
  market.list(watched, ineligible);
};
const slow = {
  hotIntervalMs: MINUTE_MS,
  coldIntervalMs: 2 * MINUTE_MS,
  checkIntervalMs: 2 * MINUTE_MS,
  // One hour stands for the twelve of the defaults.
  archiveBelowMs: HOUR_MS,
  monitoringTimeoutMs: HOUR_MS,
};

/** Runs until all that can be active is. */
async function settled(): Promise<Scene> {
  const scene = await openScene({ watch: everyone, script, tokens: slow });
  await scene.pass(3 * MINUTE_MS);
  expectStatus(scene, active, 'active');
  expectStatus(scene, [...watched, ...unlisted], 'monitoring');
  expect(scene.conditions()).toEqual([]);
  return scene;
}

function expectStatus({ token }: Scene, all: readonly string[], status: string): void {
  expect(all.map((mint) => token(mint).status)).toEqual(all.map(() => status));
}

const movesOf = async (scene: Scene): Promise<readonly Extract<JournalEntry, { type: 'token.moved' }>[]> =>
  (await scene.journal({ type: 'token.moved' })).flatMap((entry) =>
    entry.type === 'token.moved' ? [entry] : [],
  );
const forTheWorse = async (scene: Scene): Promise<number> =>
  (await movesOf(scene)).filter(({ data }) => data.to !== 'active').length;

const drained = (pairs: readonly WirePair[]): readonly WirePair[] =>
  pairs.map((pair) => ({ ...pair, liquidity: { usd: 0, base: 0, quote: 0 } }));

describe('scenario 12: mass archival for want of data', () => {
  // Fetches came back empty, the scores were computed as 0, and hundreds of tokens were archived in one night.
  test('every answer is empty for longer than the limits of archival: nothing is archived, nothing is demoted', async () => {
    const scene = await settled();
    scene.market.show = () => [];
    await scene.pass(1.1 * HOUR_MS);
    expectStatus(scene, active, 'active');
    expectStatus(scene, [...watched, ...unlisted], 'monitoring');
    expect(await forTheWorse(scene)).toBe(0);
    expect(scene.health().status).not.toBe('healthy');
    // Nothing even had to be held: an empty answer tells nothing.
    expect(await scene.journal({ type: 'moves.held' })).toEqual([]);
    // The last good score stands with its age, and fades.
    const faded = scene.token(active[0] ?? '');
    expect(faded.score).toBeGreaterThan(0.1);
    expect(faded.smoothedScore).toBeLessThan(0.2);

    scene.market.show = (pools) => pools;
    await scene.pass(20 * MINUTE_MS);
    expectStatus(scene, active, 'active');
    // Those whose time ran out meanwhile are many at once: but for the first two they wait, and a person is told.
    expect(await forTheWorse(scene)).toBeLessThanOrEqual(2);
    expect(scene.conditions()).toEqual(['tokens.changes_held']);
    const held = [...watched, ...unlisted].filter((mint) => scene.token(mint).held?.to === 'archived');
    expect(held.length).toBeGreaterThanOrEqual(4);
  });

  test('half of the tokens come back empty: they keep their state, the others go on', async () => {
    const scene = await settled();
    const empty = new Set(everyone.filter((_, index) => index % 2 === 0));
    scene.market.show = (pools, mint) => (empty.has(mint) ? [] : pools);
    await scene.pass(50 * MINUTE_MS);
    expectStatus(scene, active, 'active');
    expectStatus(scene, [...watched, ...unlisted], 'monitoring');
    expect(await forTheWorse(scene)).toBe(0);
    expect(await scene.journal({ type: 'moves.held' })).toEqual([]);
    expect(scene.conditions()).toContain('data.stale');
    const now = scene.clock.now();
    for (const mint of active) {
      const age = now - (scene.token(mint).refreshedAt ?? 0);
      if (empty.has(mint)) expect(age).toBeGreaterThan(49 * MINUTE_MS);
      else expect(age).toBeLessThan(MINUTE_MS);
    }
  });

  test('all liquidity reads 0 for ten minutes: the changes are held, and end when the data is right again', async () => {
    const scene = await settled();
    scene.market.show = drained;
    await scene.pass(10 * MINUTE_MS);
    expectStatus(scene, active, 'active');
    expect(scene.conditions()).toContain('tokens.changes_held');
    const [held] = await scene.journal({ type: 'moves.held' });
    expect(held).toMatchObject({ subject: 'active' });
    expect(held?.reason).toMatch(/^\d+ of the \d+ active tokens judged .* would change for worse at once/);

    scene.market.show = (pools) => pools;
    await scene.pass(10 * MINUTE_MS);
    expectStatus(scene, active, 'active');
    expect(await forTheWorse(scene)).toBe(0);
    expect(scene.conditions()).toEqual([]);
    expect((await scene.journal({ type: 'moves.released' })).map(({ data }) => data)).toEqual([
      expect.objectContaining({ by: 'share' }),
    ]);
    for (const mint of active) expect(scene.token(mint).held).toBeNull();
  });

  test('a loss that lasts is true: after the hold it is carried out, each token with its reason', async () => {
    const scene = await settled();
    scene.market.show = (pools, mint) => (active.includes(mint) ? drained(pools) : pools);
    await scene.pass(50 * MINUTE_MS);
    expectStatus(scene, active, 'active');
    expect(await forTheWorse(scene)).toBe(0);
    await scene.pass(40 * MINUTE_MS);
    expectStatus(scene, active, 'monitoring');
    const moves = (await movesOf(scene)).filter(({ data }) => data.to === 'monitoring');
    expect(moves.map(({ subject }) => subject).sort()).toEqual([...active].sort());
    for (const { reason, data } of moves) {
      expect(data).toMatchObject({ from: 'active', to: 'monitoring', cause: 'condition_lost' });
      expect(reason).toMatch(
        /^MOON went back to monitoring: 0 external pools .* seen by \d+ full reads in a row/,
      );
    }
    const released = await scene.journal({ type: 'moves.released', subject: 'active' });
    expect(released.map(({ data }) => data)).toEqual([expect.objectContaining({ by: 'time' })]);
    expect(scene.conditions()).toEqual([]);
  });

  test('a few losses among many tokens are carried out at once, and are no alarm', async () => {
    const scene = await settled();
    const lost = active.slice(15, 18);
    scene.market.show = (pools, mint) => (lost.includes(mint) ? drained(pools) : pools);
    await scene.pass(12 * MINUTE_MS);
    expectStatus(scene, lost, 'monitoring');
    expectStatus(
      scene,
      active.filter((mint) => !lost.includes(mint)),
      'active',
    );
    expect(await scene.journal({ type: 'moves.held' })).toEqual([]);
  });
});

describe('scenario 48: [] and null and 404', () => {
  // Each was taken for something else: an error, a dead token, a pool with nothing in it.
  const forms: [string, (asked: Asked) => DexAnswer | undefined][] = [
    ['an empty list', ({ mints: all }) => (all.length > 0 ? json([]) : undefined)],
    ['null', ({ mints: all }) => (all.length > 0 ? json(null) : undefined)],
    [
      'pairs: null',
      ({ mints: all }) => (all.length > 0 ? json({ schemaVersion: '1.0.0', pairs: null }) : undefined),
    ],
    ['pairs: []', ({ mints: all }) => (all.length > 0 ? json({ pairs: [] }) : undefined)],
    [
      '404 with a page',
      ({ mints: all }) =>
        all.length > 0 ? { status: 404, contentType: 'text/html', body: '<h1>Not Found</h1>' } : undefined,
    ],
  ];
  test.each(forms)('%s means no pairs: the source is well, and no status changes', async (_, fault) => {
    const scene = await settled();
    const before = scene.token(active[0] ?? '');
    scene.market.fault = fault;
    await scene.pass(15 * MINUTE_MS);
    expectStatus(scene, active, 'active');
    expectStatus(scene, [...watched, ...unlisted], 'monitoring');
    expect(await forTheWorse(scene)).toBe(0);
    expect(scene.service.view.overview()).toMatchObject({ market: { reachable: true }, errorRate: 0 });
    expect(scene.conditions()).toContain('data.stale');
    expect(scene.token(active[0] ?? '')).toMatchObject({ score: before.score, pools: 2 });
    scene.market.fault = () => undefined;
    await scene.pass(6 * MINUTE_MS);
    expect(scene.conditions()).toEqual([]);
  });
});

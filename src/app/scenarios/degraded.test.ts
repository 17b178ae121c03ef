import { afterEach, expect, test, vi } from 'vitest';
import { healthReport } from '../../contract/index.ts';
import { MINUTE_MS, closeScenes, openScene, type Scene } from './testing/scene.ts';
import { eligible, json, mints } from './testing/scripted-market.ts';

// Virtual minutes are many turns: on a busy machine they need more than the usual time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
afterEach(closeScenes);

const NEED_IT = [
  'score refresh',
  'activation and demotion',
  'verification of failed activations',
  'discovery by profiles and boosts',
  'export for bots',
];
const gone = () => {
  throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
};
const statesOf = ({ health }: Scene): string => {
  const { features } = healthReport.parse(health());
  expect(features.map(({ name }) => name)).toEqual(NEED_IT);
  return features.map(({ state }) => state).join(' ');
};

test('while the market is gone, health says what is off and what goes on, and it comes back by itself', async () => {
  const all = mints(10);
  const scene = await openScene({ watch: all, script: (market) => market.list(all, eligible) });
  const { pass, market, health, token, journal, clock } = scene;
  await pass(2 * MINUTE_MS);
  expect(statesOf(scene)).toBe('on on on on on');
  expect(health().dependencies).toMatchObject([
    { name: 'DexScreener', kind: 'api', state: 'closed', healthy: true, quotas: [{ name: 'pairs' }, {}] },
  ]);
  const startedAt = clock.now();
  market.fault = gone;
  await pass(MINUTE_MS);
  expect(statesOf(scene)).toBe('stale off off off stale');
  expect(health().features[0]?.reason).toMatch(/^DexScreener is (left alone|being tried).*ECONNREFUSED/);
  expect(health().dependencies[0]).toMatchObject({
    state: 'open',
    healthy: false,
    lastError: 'connect ECONNREFUSED',
    probe: { ok: false },
  });
  expect(health().dependencies[0]?.recent?.failures.transient).toBeGreaterThan(4);
  expect(token(all[0] ?? '').status).toBe('active');
  await pass(4 * MINUTE_MS);
  market.fault = () => undefined;
  await pass(MINUTE_MS);
  expect(statesOf(scene)).toBe('on on on on on');
  expect(health().status).toBe('healthy');

  const states = await journal({ type: 'dependency.state' });
  expect(states.every(({ at, subject }) => at > startedAt && subject === 'DexScreener')).toBe(true);
  expect(states.map((entry) => (entry.type === 'dependency.state' ? entry.data.to : ''))).toEqual([
    'open',
    'half_open',
    'open',
    'closed',
  ]);
  expect(states[1]?.reason).toBe('DexScreener is tried again: its connections were made anew.');
  for (const feature of NEED_IT) {
    const changes = await journal({ subject: feature });
    expect(
      changes.map((entry) => (entry.type === 'feature.changed' ? entry.data.to : '')),
      feature,
    ).toEqual([feature === 'score refresh' || feature === 'export for bots' ? 'stale' : 'off', 'on']);
  }
});

test('a wish for fewer calls is told and shown until the rate has grown back', async () => {
  const all = mints(10);
  const { pass, market, health, journal, conditions } = await openScene({
    watch: all,
    script: (script) => script.list(all, eligible),
  });
  await pass(2 * MINUTE_MS);
  let storms = 1;
  market.fault = ({ endpoint }) =>
    endpoint === 'batch' && storms-- > 0 ? json({}, { status: 429, retryAfter: '7' }) : undefined;
  await pass(10_000);
  expect(health().dependencies[0]?.quotas[0]).toMatchObject({ limit: 300, rate: 150, incidents: 1 });
  expect((await journal({ type: 'dependency.throttled' })).map(({ data }) => data)).toEqual([
    { quota: 'pairs', rate: 150, limit: 300, pauseMs: 7_000, leftOut: 0 },
  ]);
  await pass(10_000);
  expect(conditions()).toEqual(['source.throttled']);
  await pass(2 * MINUTE_MS);
  expect(conditions()).toEqual([]);
  expect(health().dependencies[0]?.quotas[0]).toMatchObject({ rate: 300, incidents: 1, blockedForMs: 0 });
});

test('a token that somebody asks for is read at once; without an answer what is stored is told, and where it is from', async () => {
  const [mint = '', other = ''] = mints(2);
  const { pass, market, token, service } = await openScene({
    watch: [mint],
    script: (script) => script.list([mint], eligible),
  });
  await pass(2 * MINUTE_MS);
  const ask = async (wanted: string): ReturnType<typeof service.view.refresh> => {
    const answer = service.view.refresh(wanted);
    answer.catch(() => undefined);
    await pass(12_000);
    return answer;
  };
  const before = token(mint).check?.at ?? 0;
  expect(await ask(mint)).toMatchObject({ source: 'DexScreener', freshness: 'fresh', pools: 2 });
  expect(token(mint).check?.at).toBeGreaterThan(before);
  await pass(6 * MINUTE_MS);
  market.fault = gone;
  await pass(30_000);
  const known = token(mint);
  expect(await ask(mint)).toMatchObject({
    source: 'history',
    freshness: 'stale',
    pools: 2,
    at: known.refreshedAt,
    sentence: expect.stringMatching(/^What is stored shows 2 pools .* Nothing newer can be had: /) as string,
  });
  expect(token(mint).refreshedAt).toBe(known.refreshedAt);
  expect(await ask(other)).toBeUndefined();
  await service.view.importTokens([other], 'me');
  await expect(ask(other)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
});

test('answers that take long are a condition, and none any more when they are quick again', async () => {
  const all = mints(10);
  const { pass, market, conditions, health } = await openScene({
    watch: all,
    script: (script) => script.list(all, eligible),
  });
  await pass(2 * MINUTE_MS);
  const { latencyMs } = market;
  market.latencyMs = 2_500;
  await pass(3 * MINUTE_MS);
  expect(conditions()).toEqual(['source.slow']);
  expect(health().conditions[0]?.reason).toMatch(/answers slowly: one answer of twenty takes 2\.[5-9] s/);
  market.latencyMs = latencyMs;
  await pass(7 * MINUTE_MS);
  expect(conditions()).toEqual([]);
});

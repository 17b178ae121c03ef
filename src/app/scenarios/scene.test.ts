import { afterEach, expect, test, vi } from 'vitest';
import { MINUTE_MS, closeScenes, openScene } from './testing/scene.ts';
import { eligible, ineligible, mints } from './testing/scripted-market.ts';

// Virtual minutes are many turns: on a busy machine they need more than the usual time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
afterEach(closeScenes);

test('the scene on which the scenarios play is well: every token is read, scored and judged', async () => {
  const [good = '', poor = ''] = mints(2);
  const { token, pass, health, service, market } = await openScene({
    watch: [good, poor],
    script: (market) => {
      market.list([good], eligible);
      market.list([poor], ineligible);
    },
  });
  await pass(MINUTE_MS);
  expect(token(good)).toMatchObject({
    status: 'active',
    group: 'hot',
    symbol: 'MOON',
    quality: { level: 'ok' },
  });
  expect(token(poor)).toMatchObject({ status: 'monitoring', group: 'hot', quality: { level: 'ok' } });
  expect(health()).toMatchObject({ status: 'healthy', conditions: [] });
  expect(service.view.overview().freshness.hot).toMatchObject({ count: 2, stale: 0 });
  expect(market.asked.filter(({ endpoint }) => endpoint === 'batch').length).toBeGreaterThan(4);
});

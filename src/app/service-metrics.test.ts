import { expect, it } from 'vitest';
import { FakeClock, createRandom } from '../kernel/index.ts';
import { createDexClient, dexSection } from '../hosts/dexscreener/index.ts';
import { FakeTransport, jsonAnswer, mintOf, wirePair } from '../hosts/dexscreener/testing/wire.ts';
import { keptLog } from '../hosts/tokens/testing/tokens.ts';
import { defaultsOf } from '../warden/config/index.ts';
import { parseExposition } from '../warden/metrics/testing/parse-exposition.ts';
import { createServiceMetrics } from './service-metrics.ts';

it('tells of the market and of what the loop measured, in a form that Prometheus reads', async () => {
  const clock = new FakeClock();
  const transport = new FakeTransport();
  transport.answer = () => jsonAnswer([wirePair()]);
  const settings = defaultsOf(dexSection);
  const dex = createDexClient({ transport, clock, random: createRandom(1), settings });
  const metrics = createServiceMetrics({ clock, log: keptLog(), dex });
  const value = (name: string, labels: Record<string, string>): number | undefined => {
    const family = parseExposition(metrics.text()).find((one) => one.name === name);
    expect(family, name).toBeDefined();
    return family?.series.find(({ labels: own }) =>
      Object.entries(labels).every(([label, text]) => own[label] === text),
    )?.value;
  };
  const { name: dependency } = dex.state();

  const read = dex.readPools(mintOf(1));
  await clock.advance(1_000);
  await read;
  expect(value('dependency_successes_total', { dependency })).toBe(1);
  expect(value('dependency_quota_limit', { dependency, quota: 'pairs' })).toBe(dex.quota('pairs').limit);

  metrics.turn({
    samples: [
      { signal: 'tokens.lag', value: 1.5 },
      { signal: 'market.error_rate', value: null },
    ],
  });
  expect(value('moonwarden_signal', { signal: 'tokens.lag' })).toBe(1.5);
  metrics.turn({ samples: [{ signal: 'tokens.lag', value: null }] });
  expect(value('moonwarden_signal', { signal: 'tokens.lag' })).toBeUndefined();
  expect(value('moonwarden_signal', { signal: 'market.error_rate' })).toBeUndefined();
  metrics.turn({ samples: [{ signal: 'tokens.lag', value: 2 }] });
  // A probe that throws gives no samples.
  metrics.turn({ samples: [] });
  expect(value('moonwarden_signal', { signal: 'tokens.lag' })).toBeUndefined();

  const asked = { via: 'file', who: null, why: null } as const;
  metrics.config({ kind: 'changed', asked, hash: 'aaa', changes: [] }, 5_000);
  metrics.config({ kind: 'refused', asked, file: 'x.json', reason: 'no', faults: [] }, 6_000);
  expect(value('moonwarden_config_reloads_total', { outcome: 'refused' })).toBe(1);
  expect(value('moonwarden_config_last_reload_successful', {})).toBe(0);
  expect(value('moonwarden_config_last_reload_success_timestamp_seconds', {})).toBe(5);
  expect(value('moonwarden_config_info', { hash: 'aaa' })).toBe(1);
  metrics.config({ kind: 'changed', asked, hash: 'bbb', changes: [] }, 7_000);
  expect(value('moonwarden_config_last_reload_successful', {})).toBe(1);
  expect(value('moonwarden_config_info', { hash: 'aaa' })).toBeUndefined();
  expect(value('moonwarden_config_info', { hash: 'bbb' })).toBe(1);
  dex.close();
});

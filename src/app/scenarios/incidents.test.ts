import { afterEach, expect, test, vi } from 'vitest';
import { detailedHealth, incidentDetail, incidentList } from '../../contract/index.ts';
import { openSqliteStore, type SqliteStore } from '../../storage/index.ts';
import { MINUTE_MS, closeScenes, openScene, type SceneOptions } from './testing/scene.ts';
import { eligible, json, mints } from './testing/scripted-market.ts';

// Virtual minutes are many turns: on a busy machine they need more than the usual time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
afterEach(closeScenes);

const failing = json({ error: 'internal' }, { status: 500 });

test('an outage is one incident: its root, what came of it, what was tried and how it ended, also for the next process', async () => {
  const all = mints(3);
  let kept: SqliteStore | undefined;
  const common: SceneOptions = { watch: all, script: (market) => market.list(all, eligible) };
  const first = await openScene({
    ...common,
    store: (clock, log) =>
      (kept = { ...openSqliteStore({ clock, log, folder: null }), close: async () => {} }),
  });
  await first.pass(MINUTE_MS);
  const { view } = first.service;
  expect(view.incidents(10).items).toEqual([]);

  first.market.fault = () => failing;
  await first.pass(3 * MINUTE_MS);
  const [during] = incidentList.parse(view.incidents(10)).items;
  expect(during).toMatchObject({
    component: 'source',
    level: 'critical',
    state: 'open',
    endedAt: null,
    outcome: 'It has not ended.',
    healedBy: null,
  });
  expect(during?.title).toMatch(/^http:\/\/dexscreener\.test has not answered for 3 s\.$/);
  expect(during?.conditions.map(({ id, role }) => `${role} ${id}`)).toEqual([
    'root source.unreachable',
    'symptom data.stale',
  ]);
  const { components } = detailedHealth.parse(view.detailed());
  const statusOf = (name: string): string | undefined =>
    components.find((component) => component.name === name)?.status;
  expect([statusOf('service'), statusOf('source'), statusOf('data')]).toEqual(
    Array.from({ length: 3 }, () => 'critical'),
  );
  expect([statusOf('store'), statusOf('jobs/hot'), statusOf('monitor')]).toEqual(
    Array.from({ length: 3 }, () => 'healthy'),
  );
  expect(components[0]?.reason).toMatch(/^(Token pipeline: Freshness|Dependencies: DexScreener)/);

  first.market.fault = () => undefined;
  await first.pass(2 * MINUTE_MS);
  expect(view.incidents(10).items).toMatchObject([{ id: during?.id, state: 'ended' }]);
  await first.pass(5 * MINUTE_MS);
  const [over] = view.incidents(10).items;
  expect(over).toMatchObject({ id: during?.id, state: 'closed' });
  expect(statusOf('service')).toBe('critical');
  expect(view.detailed().components[0]).toMatchObject({ status: 'healthy', since: null, conditions: 0 });

  const detail = incidentDetail.parse(view.incident(over?.id ?? ''));
  const types = detail.timeline.map(({ type, subject }) => `${type} ${subject}`);
  expect(types[0]).toBe('condition.started source.unreachable');
  expect(types).toContain('action.taken source.unreachable');
  expect(types).toContain('condition.ended data.stale');
  expect(detail.postMortem).toContain(`# Incident ${detail.id}: `);
  expect(view.incident('i0')).toBeUndefined();

  await first.stop();
  const second = await openScene({
    ...common,
    clock: first.clock,
    store: (clock, log) => kept ?? openSqliteStore({ clock, log, folder: null }),
  });
  expect(second.service.view.incidents(10).items).toEqual([over]);
});

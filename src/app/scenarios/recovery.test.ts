import { afterEach, describe, expect, test, vi } from 'vitest';
import type { JournalEntry } from '../../contract/index.ts';
import { openSqliteStore, type SqliteStore } from '../../storage/index.ts';
import { MINUTE_MS, closeScenes, openScene, type Scene, type SceneOptions } from './testing/scene.ts';
import { eligible, mints } from './testing/scripted-market.ts';

// Virtual minutes are many turns: on a busy machine they need more than the usual time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
afterEach(closeScenes);

const all = mints(3);
const script: SceneOptions['script'] = (market) => market.list(all, eligible);
// Calls are never answered and never fail, so the source counts as reachable.
const hanging: SceneOptions['dexscreener'] = { timeoutMs: 3_600_000 };

const told = (entries: readonly JournalEntry[]): readonly string[] =>
  entries.map((entry) => {
    switch (entry.type) {
      case 'action.taken':
        return entry.data.action;
      case 'action.verified':
        return `${entry.data.action} ${entry.data.outcome}`;
      case 'recovery.waiting':
        return `waits: ${entry.data.cause}`;
      default:
        return entry.type;
    }
  });
const storyOf = async ({ journal }: Scene, subject: string): Promise<readonly string[]> =>
  told(await journal({ subject }));

describe('a pipeline that is stalled and does not get on when it is started anew', () => {
  test('ends with the process, and the next one knows of it: what it does is judged, and nothing is tried twice', async () => {
    let kept: SqliteStore | undefined;
    const restarts: string[] = [];
    const common: SceneOptions = {
      watch: all,
      script,
      dexscreener: hanging,
      recovery: { supervised: true },
      parts: { onRestart: (why) => void restarts.push(why) },
    };
    const first = await openScene({
      ...common,
      store: (clock, log) =>
        (kept = { ...openSqliteStore({ clock, log, folder: null }), close: async () => {} }),
    });
    await first.pass(MINUTE_MS);
    first.market.hang = ({ mints: asked }) => asked.length > 0;
    await first.pass(6 * MINUTE_MS);
    expect(first.conditions()).toContain('pipeline.stalled');
    expect(restarts).toEqual([]);
    await first.pass(6 * MINUTE_MS);
    expect(restarts).toEqual(['a recovery asked for a restart']);
    expect(first.service.view.ready()).toMatchObject({ status: 'not-ready' });
    expect(await storyOf(first, 'pipeline.stalled')).toEqual([
      'condition.started',
      'restart-pipeline',
      'restart-pipeline did-not-work',
      'waits: cool-down',
      'restart-service',
    ]);
    await first.stop();

    const second = await openScene({ ...common, store: () => kept ?? first.store, clock: first.clock });
    expect(second.service.view.recovery()).toMatchObject({
      budget: { used: 2, hardUsed: 1 },
      pending: [{ action: 'restart-service', condition: 'pipeline.stalled' }],
    });
    await second.pass(4 * MINUTE_MS);
    expect(second.conditions()).toEqual([]);
    expect((await storyOf(second, 'pipeline.stalled')).slice(5)).toEqual(['restart-service worked']);
    const { actions } = second.service.view.recovery();
    expect(actions.find(({ name }) => name === 'restart-service')?.outcomes).toEqual([
      { condition: 'pipeline.stalled', worked: 1, didNotWork: 0, madeItWorse: 0 },
    ]);
  });

  test('needs a person where nothing would start the process again; evidence is kept once', async () => {
    const evidence: Record<string, unknown>[] = [];
    const scene = await openScene({
      watch: all,
      script,
      dexscreener: hanging,
      parts: {
        evidence: {
          keep(condition, why, sources) {
            const read = Object.entries(sources).map(([name, source]) => [name, source()] as const);
            evidence.push({ rule: condition.rule, why, ...Object.fromEntries(read) });
            return '/incidents/1';
          },
        },
      },
    });
    await scene.pass(MINUTE_MS);
    scene.market.hang = ({ mints: asked }) => asked.length > 0;
    await scene.pass(30 * MINUTE_MS);
    expect((await storyOf(scene, 'pipeline.stalled')).slice(1)).toEqual([
      'restart-pipeline',
      'restart-pipeline did-not-work',
      'waits: cool-down',
      'recovery.manual',
    ]);
    expect(evidence).toHaveLength(1);
    expect(evidence[0]).toMatchObject({
      rule: 'pipeline.stalled',
      'state.json': { status: 'critical' },
      'recovery.json': { mode: 'act' },
    });
    expect(Object.keys(evidence[0] ?? {})).toEqual(
      expect.arrayContaining([
        'journal.json',
        'signals.json',
        'jobs.json',
        'configuration.json',
        'process.json',
      ]),
    );
    const [manual] = await scene.journal({ type: 'recovery.manual' });
    expect(manual?.data).toMatchObject({ evidence: '/incidents/1' });
    expect(
      scene.log.filter(({ level, msg }) => level === 'critical' && msg.startsWith('A person is needed')),
    ).toHaveLength(1);
    // It heals by itself, and nobody has to tell recovery so.
    scene.market.hang = () => false;
    await scene.pass(65 * MINUTE_MS);
    expect(scene.conditions()).toEqual([]);
    expect(scene.service.view.recovery().conditions).toEqual([]);
  });
});

test('while the source is away its symptoms wait for it, and say so; when it is back nothing is left to heal', async () => {
  const scene = await openScene({ watch: all, script });
  await scene.pass(MINUTE_MS);
  scene.market.fault = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  await scene.pass(10 * MINUTE_MS);
  expect(scene.conditions()).toEqual(expect.arrayContaining(['source.unreachable', 'data.stale']));
  const { conditions } = scene.service.view.recovery();
  expect(conditions.map(({ condition }) => condition)).toEqual(['source.unreachable']);
  scene.market.fault = () => undefined;
  await scene.pass(6 * MINUTE_MS);
  expect(scene.conditions()).toEqual([]);
  const story = await storyOf(scene, 'source.unreachable');
  expect(story.filter((entry) => entry === 'reconnect')).toHaveLength(1);
});

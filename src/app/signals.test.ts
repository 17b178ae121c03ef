import { beforeEach, expect, test } from 'vitest';
import { FakeClock, silentLogger } from '../kernel/index.ts';
import type { Condition, ThresholdRule } from '../warden/detection/index.ts';
import {
  createMemorySignalStore,
  createSignalHistory,
  signalHistoryDefaults,
} from '../warden/metrics/index.ts';
import { createSignalView, type SignalView } from './signals.ts';

const rule = (over: Partial<ThresholdRule>): ThresholdRule => ({
  kind: 'threshold',
  name: 'work.behind',
  signal: 'backlog',
  unit: 'tokens',
  warning: { enter: 150, leave: 100 },
  forMs: 0,
  keepForMs: 0,
  essential: false,
  describe: () => '',
  nextSteps: [],
  ...over,
});
const RULES = [
  rule({ critical: { enter: 500, leave: 400 } }),
  rule({
    name: 'jobs.hot',
    signal: 'job_stalled',
    labels: { group: 'hot' },
    warning: { enter: 1, leave: 1 },
  }),
];

let view: SignalView;
let conditions: Pick<Condition, 'rule' | 'level' | 'labels'>[];

async function open(rules: readonly ThresholdRule[]): Promise<SignalView> {
  const clock = new FakeClock();
  const history = createSignalHistory({
    clock,
    log: silentLogger,
    store: createMemorySignalStore(),
    ...signalHistoryDefaults,
  });
  await history.start();
  history.record(
    [
      { signal: 'backlog', value: 160 },
      { signal: 'of_a_user', value: 1 },
      { signal: 'heap_used', value: 0.4 },
      { signal: 'job_lag_s', labels: { group: 'hot' }, value: 2 },
      { signal: 'job_stalled', labels: { group: 'hot' }, value: 1 },
      { signal: 'job_stalled', labels: { group: 'cold' }, value: 0 },
    ],
    clock.now(),
  );
  return createSignalView({
    keptMs: { raw: 3_600_000, minute: 48 * 3_600_000, quarter: 90 * 24 * 3_600_000 },
    clock,
    history,
    rules: () => rules,
    conditions: () => conditions,
    settings: signalHistoryDefaults,
  });
}

beforeEach(async () => {
  conditions = [];
  view = await open(RULES);
});

test('a signal is listed with its unit, its meaning, and the worst that is said of it', async () => {
  conditions = [
    { rule: 'work.behind', level: 'warning', labels: {} },
    { rule: 'jobs.hot', level: 'critical', labels: { group: 'hot' } },
    { rule: 'of nothing here', level: 'critical', labels: {} },
  ];
  const { items } = await view.list();
  expect(items.map(({ name, labels, unit, level }) => [name, labels, unit, level])).toEqual([
    ['backlog', {}, 'tokens', 'warning'],
    ['heap_used', {}, 'ratio', null],
    ['job_lag_s', { group: 'hot' }, 's', null],
    ['job_stalled', { group: 'hot' }, 'tokens', 'critical'],
    ['job_stalled', { group: 'cold' }, 'tokens', null],
    ['of_a_user', {}, null, null],
  ]);
  expect(items[0]?.meaning).toContain('refresh is due');
  expect(items.at(-1)?.meaning).toBeNull();
  expect(items[1]?.meaning).toContain('JavaScript heap in use');
});

test('the worse of two rules counts, whichever comes first', async () => {
  const two = [rule({}), rule({ name: 'another' })];
  for (const levels of [['critical', 'warning'] as const, ['warning', 'critical'] as const]) {
    conditions = two.map(({ name }, index) => ({
      rule: name,
      level: levels[index] ?? 'warning',
      labels: {},
    }));
    const [item] = (await (await open(two)).list()).items;
    expect(item?.level).toBe('critical');
  }
});

test('a history comes with the limits of its signal, each with its labels', async () => {
  const backlog = await view.show('backlog', {});
  expect(backlog?.limits).toEqual([
    { rule: 'work.behind', level: 'warning', value: 150, labels: {} },
    { rule: 'work.behind', level: 'critical', value: 500, labels: {} },
  ]);
  expect((await view.show('job_stalled', {}))?.limits).toEqual([
    { rule: 'jobs.hot', level: 'warning', value: 1, labels: { group: 'hot' } },
  ]);
  expect((await view.show('heap_used', {}))?.limits).toEqual([]);
  expect(await view.show('nothing', {})).toBeUndefined();
});

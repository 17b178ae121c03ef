import { expect, test } from 'vitest';
import { usualRules } from '../rules/settings.ts';
import { firstActionOf, recoveryActions } from './actions.ts';
import { collectGarbage } from './garbage.ts';
import { ACTION_PLANS } from './plans.ts';

const GROUPS = ['hot', 'cold'];
const actionsWith = (told: string[], more: { readonly collectGarbage?: () => void } = {}) =>
  recoveryActions({
    reconnect: () => void told.push('reconnect'),
    reconnectDatabase: async () => void told.push('reconnect the database'),
    groups: GROUPS,
    restartGroup: async (group) => void told.push(`restart ${group}`),
    restartPipeline: async () => void told.push('restart all reads'),
    restart: () => void told.push('restart the process'),
    ...more,
  });

test('each action does what its name says', async () => {
  const told: string[] = [];
  const actions = actionsWith(told, { collectGarbage: () => void told.push('collect') });
  for (const { run } of actions) await run(new AbortController().signal);
  expect(actions.map(({ name }) => name)).toEqual([
    'reconnect',
    'reconnect-database',
    'collect-garbage',
    'restart-jobs-hot',
    'restart-jobs-cold',
    'restart-pipeline',
    'restart-service',
  ]);
  expect(told).toEqual([
    'reconnect',
    'reconnect the database',
    'collect',
    'restart hot',
    'restart cold',
    'restart all reads',
    'restart the process',
  ]);
});

test('where memory cannot be collected by hand there is no such action', () => {
  expect(actionsWith([]).map(({ name }) => name)).not.toContain('collect-garbage');
});

test('every condition that an action is for is one that a rule can find', () => {
  const rules = usualRules(1_000).map(({ name }) => name);
  for (const { ends } of Object.values(ACTION_PLANS)) for (const name of ends) expect(rules).toContain(name);
});

test('the mildest action comes first', () => {
  expect(firstActionOf('pipeline.stalled', GROUPS)).toBe('restart-pipeline');
  expect(firstActionOf('process.heap', GROUPS)).toBe('collect-garbage');
  expect(firstActionOf('jobs.hot.not_run', GROUPS)).toBe('restart-jobs-hot');
  expect(firstActionOf('jobs.other.not_run', GROUPS)).toBeNull();
  expect(firstActionOf('host.disk', GROUPS)).toBeNull();
});

test('garbage is collected at once', async () => {
  const held = new WeakRef({ large: new Array(1_000).fill(0) });
  // What was looked at in this turn of the loop is kept until its end.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(held.deref()).toBeUndefined();
});

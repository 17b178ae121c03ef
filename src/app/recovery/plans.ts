import type { ActionPlan } from '../../warden/recovery/index.ts';

const MINUTE_MS = 60_000;

/** What the service can do for itself, but for the jobs of each group. */
export const ACTION_PLANS = {
  reconnect: {
    name: 'reconnect',
    step: 'soft',
    component: 'source',
    ends: ['source.unreachable'],
    verifyWithinMs: 30_000,
  },
  reconnectDatabase: {
    name: 'reconnect-database',
    step: 'soft',
    component: 'database',
    ends: ['store.failing'],
    verifyWithinMs: 30_000,
  },
  collectGarbage: {
    name: 'collect-garbage',
    step: 'soft',
    component: 'process',
    ends: ['process.memory', 'process.memory_limit', 'process.heap'],
    // The rules of memory look at two minutes.
    verifyWithinMs: 3 * MINUTE_MS,
  },
  restartPipeline: {
    name: 'restart-pipeline',
    step: 'medium',
    component: 'jobs',
    ends: ['pipeline.stalled'],
    verifyWithinMs: MINUTE_MS,
  },
  restartService: {
    name: 'restart-service',
    step: 'hard',
    component: 'service',
    ends: [
      'pipeline.stalled',
      'store.failing',
      'jobs.escalated',
      'process.memory',
      'process.memory_limit',
      'process.heap',
      'process.event_loop',
      'process.file_descriptors',
    ],
    verifyWithinMs: 3 * MINUTE_MS,
  },
} as const satisfies Readonly<Record<string, ActionPlan>>;

/** The jobs of a group can be started anew. */
export const groupPlan = (group: string): ActionPlan => ({
  name: `restart-jobs-${group}`,
  step: 'medium',
  component: 'jobs',
  ends: [`jobs.${group}.not_run`],
  verifyWithinMs: MINUTE_MS,
});

/** The restart of the process, with what it should end of the jobs of each group. */
export const restartPlan = (groups: readonly string[]): ActionPlan => ({
  ...ACTION_PLANS.restartService,
  ends: [...ACTION_PLANS.restartService.ends, ...groups.map((group) => `jobs.${group}.not_run`)],
});

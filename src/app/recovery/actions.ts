import type { ActionPlan, RecoveryAction } from '../../warden/recovery/index.ts';
import { ACTION_PLANS, groupPlan, restartPlan } from './plans.ts';

/** What the actions work on. */
export interface Healed {
  readonly reconnect: () => Promise<void> | void;
  readonly reconnectDatabase: () => Promise<void>;
  readonly groups: readonly string[];
  readonly restartGroup: (group: string, why: string) => Promise<void>;
  readonly restartPipeline: (why: string) => Promise<void>;
  /** Left out where memory cannot be collected by hand. */
  readonly collectGarbage?: (() => void) | undefined;
  /** Asks for the end of this process, so that its supervisor starts another. */
  readonly restart: (why: string) => void;
}

/** What the service can do for itself. */
export function recoveryActions(healed: Healed): readonly RecoveryAction[] {
  const { collectGarbage } = healed;
  return [
    { ...ACTION_PLANS.reconnect, run: () => healed.reconnect() },
    { ...ACTION_PLANS.reconnectDatabase, run: () => healed.reconnectDatabase() },
    ...(collectGarbage
      ? [
          {
            ...ACTION_PLANS.collectGarbage,
            run: () => {
              collectGarbage();
            },
          },
        ]
      : []),
    ...healed.groups.map((group) => ({
      ...groupPlan(group),
      run: () => healed.restartGroup(group, 'a planned start is missing'),
    })),
    {
      ...ACTION_PLANS.restartPipeline,
      run: () => healed.restartPipeline('no token is processed although some are due'),
    },
    {
      ...restartPlan(healed.groups),
      run() {
        healed.restart('a recovery asked for a restart');
      },
    },
  ];
}

/** What the service can do for itself, for documentation: of jobs those of a group `GROUP`. */
export const defaultActionPlans = (): readonly ActionPlan[] => {
  const { restartPipeline, restartService: _, ...soft } = ACTION_PLANS;
  return [...Object.values(soft), groupPlan('GROUP'), restartPipeline, restartPlan(['GROUP'])];
};

/** The action that is tried first for a condition; null where none is for it. For documentation and lists. */
export function firstActionOf(rule: string, groups: readonly string[]): ActionPlan['name'] | null {
  const plans: readonly ActionPlan[] = [...Object.values(ACTION_PLANS), ...groups.map(groupPlan)];
  const own = plans.filter(({ ends }) => ends.includes(rule));
  const order: readonly ActionPlan['step'][] = ['soft', 'medium', 'hard'];
  return own.toSorted((a, b) => order.indexOf(a.step) - order.indexOf(b.step))[0]?.name ?? null;
}

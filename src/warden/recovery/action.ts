import { meansRule } from '../detection/index.ts';

/** The steps of the ladder, the mildest first. At `manual` nothing more is done: a person is needed. */
export const STEPS = ['soft', 'medium', 'hard', 'manual'] as const;
export type Step = (typeof STEPS)[number];

/** What is known of an action before it runs. Plain data. */
export interface ActionPlan {
  readonly name: string;
  readonly step: Exclude<Step, 'manual'>;
  /** What it works on: actions on one component never overlap. */
  readonly component: string;
  /** The rules whose conditions it should end; `jobs.*` stands for all that begin so, `*` for all. */
  readonly ends: readonly string[];
  /** By when that should show after it has run, in ms. */
  readonly verifyWithinMs: number;
}

/** Something that may heal. */
export interface RecoveryAction extends ActionPlan {
  /**
   * Does it. Rejecting or taking over 30 s counts as failed.
   * @param signal aborts when the time is over, or the service stops.
   */
  readonly run: (signal: AbortSignal) => Promise<void> | void;
}

/** Whether an action should end the conditions of a rule. */
export const isFor = ({ ends }: ActionPlan, rule: string): boolean =>
  ends.some((name) => meansRule(name, rule));

const rankOfStep = (step: Step): number => STEPS.indexOf(step);

/** Whether `a` is reached before `b` on the ladder, or at the same time. */
export const isUpTo = (a: Step, b: Step): boolean => rankOfStep(a) <= rankOfStep(b);

/** The step after this one. */
export const nextStep = (step: Step): Step =>
  STEPS[Math.min(rankOfStep(step) + 1, STEPS.length - 1)] ?? 'manual';

import type { Labels } from '../metrics/index.ts';
import { labelText } from './labels.ts';
import type { Level } from './level.ts';

/** Something that is not as it should be. */
export interface Condition {
  readonly rule: string;
  /** Of the series that it is about; none where the signal has only one. */
  readonly labels: Labels;
  readonly level: Level;
  /** Wall-clock time of its start. */
  readonly since: number;
  readonly value: number;
  /** The level that was crossed. */
  readonly limit: number;
  readonly unit: string;
  /** One plain sentence. */
  readonly reason: string;
  /** The last figures with their times (wall clock, ms), oldest first. */
  readonly evidence: readonly (readonly [at: number, value: number])[];
  readonly nextSteps: readonly string[];
}

/** What happened to a condition in one turn. */
export type ConditionChange =
  | { readonly kind: 'started'; readonly condition: Condition }
  | { readonly kind: 'changed'; readonly condition: Condition; readonly from: Level }
  | { readonly kind: 'ended'; readonly condition: Condition; readonly durationMs: number };

/** What tells conditions apart: the rule, and the series where there are several. */
export function conditionId({ rule, labels }: Pick<Condition, 'rule' | 'labels'>): string {
  return `${rule}${labelText(labels)}`;
}

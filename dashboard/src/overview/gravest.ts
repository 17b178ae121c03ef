import type { Condition } from '../../../src/contract/index.ts';

/** Critical before warning, then the one that has lasted longest. */
export function byGravity(conditions: readonly Condition[]): Condition[] {
  return conditions.toSorted((a, b) =>
    a.level === b.level ? a.since - b.since : a.level === 'critical' ? -1 : 1,
  );
}

export const gravest = (conditions: readonly Condition[]): Condition | undefined => byGravity(conditions)[0];

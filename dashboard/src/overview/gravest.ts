import type { Condition } from '../../../src/contract/index.ts';

const RANK = { critical: 3, error: 2, warning: 1 } as const;

/** Critical before error before warning, then the one that has lasted longest. */
export function byGravity(conditions: readonly Condition[]): Condition[] {
  return conditions.toSorted((a, b) =>
    a.level === b.level ? a.since - b.since : RANK[b.level] - RANK[a.level],
  );
}

export const gravest = (conditions: readonly Condition[]): Condition | undefined => byGravity(conditions)[0];

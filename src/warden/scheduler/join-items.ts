import type { RunChange } from './ledger.ts';

type Items = Extract<RunChange, { kind: 'run.items' }>;

/**
 * The same changes in fewer: those of the items of one run that follow each other within its job become one, and an item
 * that was begun and settled in it is only settled. Pure.
 */
export function joinItems(changes: readonly RunChange[]): readonly RunChange[] {
  const joined: (RunChange | Items[])[] = [];
  /** The last changes of each job, where those are of items. */
  const open = new Map<string, Items[]>();
  for (const change of changes) {
    if (change.kind !== 'run.items') {
      open.delete(change.kind === 'run.started' ? change.run.job : change.record.job);
      joined.push(change);
      continue;
    }
    const before = open.get(change.job);
    if (before?.[0]?.runId === change.runId) {
      before.push(change);
      continue;
    }
    const items = [change];
    open.set(change.job, items);
    joined.push(items);
  }
  return joined.map((one) => (Array.isArray(one) ? joinOf(one) : one));
}

function joinOf(changes: readonly Items[]): Items {
  const begun = new Set<string>();
  const settled = new Set<string>();
  for (const change of changes) {
    for (const item of change.begun) {
      begun.add(item);
      settled.delete(item);
    }
    for (const item of change.settled) {
      begun.delete(item);
      settled.add(item);
    }
  }
  const sum = (of: (change: Items) => number): number =>
    changes.reduce((total, change) => total + of(change), 0);
  return {
    ...(changes[0] as Items),
    begun: [...begun],
    settled: [...settled],
    done: sum(({ done }) => done),
    failed: sum(({ failed }) => failed),
  };
}

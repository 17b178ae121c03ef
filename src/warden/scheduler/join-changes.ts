import type { RunChange } from './ledger.ts';

type Started = Extract<RunChange, { kind: 'run.started' }>;
type Items = Extract<RunChange, { kind: 'run.items' }>;

/** The changes that may still be joined with what follows in a job. */
interface Open {
  /** The newest start of the job, and where it stands; null where it is not to be left out. */
  start: { readonly at: number; readonly change: Started } | null;
  /** Its last changes, where those are of the items of one run. */
  items: Items[] | null;
}

/**
 * The same changes in fewer. Those of the items of one run that follow each other within its job become one, and an item
 * that was begun and settled in it is only settled. A run that starts and ends is only its end, which says all of it, unless
 * it took over items or another run of its job started in between: starts keep their order. Pure.
 */
export function joinChanges(changes: readonly RunChange[]): readonly RunChange[] {
  const joined: (RunChange | Items[] | null)[] = [];
  const open = new Map<string, Open>();
  for (const change of changes) {
    if (change.kind === 'run.items') {
      const of = open.get(change.job) ?? { start: null, items: null };
      open.set(change.job, of);
      if (of.items?.[0]?.runId === change.runId) {
        of.items.push(change);
        continue;
      }
      of.items = [change];
      joined.push(of.items);
    } else if (change.kind === 'run.started') {
      const start = change.resumed.length === 0 ? { at: joined.length, change } : null;
      open.set(change.run.job, { start, items: null });
      joined.push(change);
    } else {
      const { job, runId } = change.record;
      const start = open.get(job)?.start;
      if (start?.change.run.runId === runId) joined[start.at] = null;
      open.delete(job);
      joined.push(change);
    }
  }
  const left: RunChange[] = [];
  for (const one of joined) if (one !== null) left.push(Array.isArray(one) ? joinOf(one) : one);
  return left;
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

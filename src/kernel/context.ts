import { AsyncLocalStorage } from 'node:async_hooks';

/** What follows a piece of work through asynchronous calls into each log line. */
export interface WorkContext {
  /** Ties together everything that one request or one piece of work caused. */
  readonly correlationId?: string;
  /** One run of a job. */
  readonly runId?: string;
  /** What it is, for people: a route, a job. Never what a caller sent: it goes into logs. */
  readonly label?: string;
}

const storage = new AsyncLocalStorage<WorkContext | undefined>();
const listeners = new Set<(label: string) => void>();

/**
 * Tells of each piece of work with a label when it begins; who looks on from outside cannot know what runs. The listener
 * must be quick and must not throw. Returns what ends it.
 */
export function onWork(listener: (label: string) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Runs `work` so that {@link currentContext} gives `context` inside it, added to the one outside. */
export function runInContext<T>(context: WorkContext, work: () => T): T {
  if (context.label !== undefined) for (const listener of listeners) listener(context.label);
  return storage.run({ ...storage.getStore(), ...context }, work);
}

/** Runs `work` outside any context: for what goes on after the work that happened to begin it. */
export function runOutsideContext<T>(work: () => T): T {
  return storage.run(undefined, work);
}

/** The context of the work that calls; empty outside any. */
export function currentContext(): WorkContext {
  return storage.getStore() ?? {};
}

/** `work` as it will run later, in the context of now. Costs next to nothing where both are the same. */
export function inContextOfNow(work: () => void): () => void {
  const context = storage.getStore();
  return () => {
    if (storage.getStore() === context) work();
    else storage.run(context, work);
  };
}

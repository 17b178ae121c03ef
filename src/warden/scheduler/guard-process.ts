import { currentContext } from '../../kernel/index.ts';

/** Where a process tells of errors that nobody caught: `process` is one. */
export interface ProcessEvents {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
  off(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
}

export interface GuardOptions {
  readonly events: ProcessEvents;
  /** `contain` of a scheduler. */
  readonly contain: (runId: string, error: unknown) => boolean;
  /** Gets each error that is of no run: the process is not to be trusted any more. */
  readonly onCrash: (error: unknown) => void;
}

/**
 * Lets an error that a job throws where nobody can catch it (in a timer, in a promise that nobody awaits, in a listener of
 * its own) end its run and not the process. Whose it is, is known by the asynchronous context in which it was thrown. That
 * is lost in what `queueMicrotask` calls, and in what is shared by runs and was made before any of them: such errors count
 * as those of the process.
 * @returns what takes the guard away.
 */
export function guardProcess({ events, contain, onCrash }: GuardOptions): () => void {
  const isContained = (error: unknown): boolean => {
    const { runId } = currentContext();
    try {
      return runId !== undefined && contain(runId, error);
    } catch {
      return false;
    }
  };
  const onError = (error: unknown): void => {
    if (!isContained(error)) onCrash(error);
  };
  events.on('uncaughtException', onError);
  events.on('unhandledRejection', onError);
  return () => {
    events.off('uncaughtException', onError);
    events.off('unhandledRejection', onError);
  };
}

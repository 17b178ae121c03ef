import { describeError } from '../../kernel/index.ts';
import type { SignalHistoryStore } from '../../warden/metrics/index.ts';
import type { Commits } from './commits.ts';

/** The history of signals, which is the first that is not written when the disk is full. */
export function roomySignals(
  signals: SignalHistoryStore,
  commits: Pick<Commits, 'state' | 'foundFull'>,
): SignalHistoryStore {
  const whenRoom = async <T>(work: () => Promise<T> | T): Promise<T> => {
    if (commits.state().roomLevel > 0) throw new Error('the disk is full: the history of signals waits');
    try {
      return await work();
    } catch (error) {
      // From the thread comes the text alone.
      if (describeError(error).includes('database or disk is full')) commits.foundFull();
      throw error;
    }
  };
  return {
    open: () => signals.open(),
    write: (...parameters) => whenRoom(() => signals.write(...parameters)),
    rollUp: (...parameters) => whenRoom(() => signals.rollUp(...parameters)),
    prune: (...parameters) => signals.prune(...parameters),
    read: (...parameters) => signals.read(...parameters),
    size: () => signals.size(),
  };
}

import { describeError, withTimeout, type Clock } from '../../kernel/index.ts';
import type { RecoveryAction } from './action.ts';
import type { Attempt } from './state.ts';
import type { EndedAction } from './verify.ts';

/** Longer than this no action may take, in ms. */
const ACTION_LIMIT_MS = 30_000;
/** So long an action waits for the record of its beginning, in ms: the store may be what is broken. */
const RECORD_LIMIT_MS = 2_000;

/** Runs what was decided, beside the turns of the loop. */
export interface ActionRunner {
  begin(attempt: Attempt, recorded: Promise<void>): void;
  /** What has run since the last call. */
  ended(): readonly EndedAction[];
  /** Aborts what runs. */
  stop(): void;
}

/** @param onEnded is told when something has run, so that its effect is looked at soon. */
export function createActionRunner(
  clock: Clock,
  actionOf: (name: string) => RecoveryAction | undefined,
  onEnded: () => void,
): ActionRunner {
  const stopping = new AbortController();
  let ended: EndedAction[] = [];

  const run = async ({ id, action: name }: Attempt, recorded: Promise<void>): Promise<void> => {
    let error: string | null = null;
    try {
      // Recorded first: an action that ends the process must count in its next life.
      await withTimeout(clock, RECORD_LIMIT_MS, 'the record', () => recorded).catch(() => undefined);
      const action = actionOf(name);
      if (!action) throw new Error(`there is no action named ${name}`);
      await withTimeout(clock, ACTION_LIMIT_MS, name, async (signal) => action.run(signal), stopping.signal);
    } catch (caught) {
      error = describeError(caught);
    }
    ended.push({ id, error });
    onEnded();
  };

  return {
    begin(attempt, recorded) {
      void run(attempt, recorded);
    },
    ended() {
      const since = ended;
      ended = [];
      return since;
    },
    stop() {
      stopping.abort();
    },
  };
}

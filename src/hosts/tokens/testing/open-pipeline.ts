import { createTokenPipeline } from '../pipeline.ts';
import type { PipelinePorts, TokenPipeline } from '../pipeline-port.ts';
import { READ_GROUPS, type ReadGroup } from '../read-groups.ts';
import type { ShiftContext } from '../shift.ts';

/** A pipeline that reads without a scheduler. */
export interface OpenPipeline extends TokenPipeline {
  /** Gives up what is under way and opens anew, as an emergency restart of all groups does. */
  restart(): void;
}

/** A pipeline of which each group has a shift that lasts until it stops. */
export function createOpenPipeline(
  ports: PipelinePorts,
  groups: readonly ReadGroup[] = READ_GROUPS,
): OpenPipeline {
  const pipeline = createTokenPipeline(ports);
  let abort = new AbortController();
  const open = (): void => {
    for (const group of groups) void pipeline.openShift(group, shiftContext(abort.signal));
  };
  open();
  return {
    ...pipeline,
    restart() {
      abort.abort(new Error('a restart'));
      abort = new AbortController();
      pipeline.giveUpAsked('a restart');
      open();
    },
  };
}

/** A run that counts nothing. */
function shiftContext(signal: AbortSignal): ShiftContext {
  const nothing = (): void => undefined;
  return { signal, resumed: [], progress: nothing, begin: nothing, done: nothing, failed: nothing };
}

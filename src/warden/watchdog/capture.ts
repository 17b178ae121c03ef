import { Session, type Debugger, type InspectorNotification } from 'node:inspector';
import type { StackFrame } from './block.ts';
import { createSourcePositions, printable, type Script } from './source-position.ts';

/** What came of looking into the main thread. */
export type Captured =
  /** `waitedMs`: how long the thread did not answer; one in a native call answers when that returns. */
  | { readonly kind: 'stack'; readonly frames: readonly StackFrame[]; readonly waitedMs: number }
  /** A person halts it with a debugger: it is not blocked. */
  | { readonly kind: 'held' }
  /** A debugger may be attached, so it was left alone. */
  | { readonly kind: 'left-alone' }
  /** The block was over first. */
  | { readonly kind: 'over'; readonly waitedMs: number }
  | { readonly kind: 'failed'; readonly why: string };

/** What a capture needs to know of the world. */
export interface CapturePorts {
  /** For how long the thread has not answered since the capture began, though it could have. */
  readonly unansweredMs: () => number;
  readonly after: (delayMs: number, fn: () => void) => () => void;
  /** Whether the loop has turned since the capture began: what the thread does now is not what blocked it. */
  readonly isOver: () => boolean;
  /** Whether an inspector is open, that is, whether a person may be attached. */
  readonly isInspectorOpen: () => boolean;
  /** Paths are shown from here. */
  readonly folder: string;
  /** The script of the heartbeat: a loop that is in there turns again. */
  readonly ownUrl: string;
}

/** A capture under way. */
export interface Capture {
  readonly done: Promise<Captured>;
  /** Whether the thread could be interrupted so far. */
  hasAnswered(): boolean;
  /** Lets go of the main thread. */
  abort(): void;
}

const MOST_FRAMES = 30;
const LONGEST_NAME = 200;
/** A thread that has answered and is told to pause does so at its next loop or call. */
const PAUSE_WITHIN_MS = 2_000;

/**
 * Interrupts the main thread where it is, reads its call stack, and lets it go on at once. The debugger is attached for
 * that long only, because code runs slower under one. When this thread ends meanwhile, Node lets the main thread go on.
 *
 * All is asked for at once: a thread that returns from a native call then halts right behind it.
 */
export function captureMainThread(ports: CapturePorts): Capture {
  const scripts = new Map<string, Script>();
  const session = new Session();
  let isOpen = true;
  let isEnabled = false;
  let answeredMs: number | undefined;
  let cancelLimit: (() => void) | undefined;
  let settle: (captured: Captured) => void = () => undefined;
  const done = new Promise<Captured>((resolve) => {
    settle = resolve;
  });
  const waitedMs = (): number => answeredMs ?? ports.unansweredMs();

  const end = (captured: Captured): void => {
    if (!isOpen) return;
    isOpen = false;
    cancelLimit?.();
    // Pauses of its own end with it; one of somebody else stays.
    session.disconnect();
    settle(captured);
  };

  const onPaused = ({ params }: InspectorNotification<Debugger.PausedEventDataType>): void => {
    if (!isOpen) return;
    // Before its own request took effect: a person halts the thread, and it is that person's to let go.
    if (!isEnabled) {
      end({ kind: 'held' });
      return;
    }
    const isOver = ports.isOver();
    session.post('Debugger.resume');
    const frames = params.callFrames.slice(0, MOST_FRAMES);
    const isAwake =
      isOver || frames.some(({ location }) => scripts.get(location.scriptId)?.url === ports.ownUrl);
    if (isAwake) end({ kind: 'over', waitedMs: waitedMs() });
    else end({ kind: 'stack', frames: named(frames, scripts, ports.folder), waitedMs: waitedMs() });
  };

  const onEnabled = (error: Error | null): void => {
    isEnabled = true;
    if (error) end({ kind: 'failed', why: error.message });
    else if (!mayPause) end(ports.isOver() ? { kind: 'over', waitedMs: waitedMs() } : { kind: 'left-alone' });
    else if (isOpen)
      cancelLimit = ports.after(PAUSE_WITHIN_MS, () => {
        end({ kind: 'over', waitedMs: waitedMs() });
      });
  };

  const mayPause = !ports.isInspectorOpen();
  try {
    session.connectToMainThread();
    session.on('Debugger.scriptParsed', ({ params: { scriptId, url, sourceMapURL } }) => {
      if (url !== '') scripts.set(scriptId, { url, sourceMapUrl: sourceMapURL ?? '' });
    });
    session.on('Debugger.paused', onPaused);
    // Costs the thread nothing, so that it tells how long it takes to be interrupted.
    session.post('Schema.getDomains', () => {
      answeredMs = ports.unansweredMs();
    });
    session.post('Debugger.enable', onEnabled);
    if (mayPause) session.post('Debugger.pause');
  } catch (error) {
    end({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
  }
  return {
    done,
    hasAnswered: () => answeredMs !== undefined,
    abort: () => {
      end({ kind: 'over', waitedMs: waitedMs() });
    },
  };
}

function named(
  frames: readonly Debugger.CallFrame[],
  scripts: ReadonlyMap<string, Script>,
  folder: string,
): readonly StackFrame[] {
  const positionOf = createSourcePositions(folder);
  return frames.map(({ functionName, url, location }) => {
    const script = scripts.get(location.scriptId) ?? { url, sourceMapUrl: '' };
    const position = positionOf(script, location.lineNumber, location.columnNumber ?? 0);
    return { name: printable(functionName).slice(0, LONGEST_NAME), ...position };
  });
}

/** A place in the code, as people know it: lines and columns from 1, through the source map where there is one. */
export interface StackFrame {
  /** Empty for a function without a name. */
  readonly name: string;
  /** Relative to the folder of the process where it lies in there; Node's own files begin with `node:`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What the blocked thread did, as the system saw it. */
export interface ThreadUse {
  /** Of one core, 0..1. */
  readonly cpu: number;
  /** Whether it wanted to compute when it was looked at last. */
  readonly runs: boolean;
  /** The function of the kernel in which it waits; null when it does not wait, or the system does not tell. */
  readonly waitsIn: string | null;
}

/**
 * What held the event loop up.
 * - `javascript`: it was interrupted there.
 * - `native`: one call outside of JavaScript, or a garbage collection, which nothing can interrupt. `frames` is the first
 *   JavaScript after it, in the same turn of the loop; empty while it lasts.
 * - `unknown`: `why` in one clause.
 */
export type BlockCause =
  | { readonly kind: 'javascript'; readonly frames: readonly StackFrame[] }
  | { readonly kind: 'native'; readonly frames: readonly StackFrame[] }
  | { readonly kind: 'unknown'; readonly why: string };

/** A time in which the event loop of the main thread did not turn. */
export interface Block {
  /** Wall-clock time of its begin, in ms. */
  readonly startedAt: number;
  /** How long it lasted, or has lasted so far, in ms. */
  readonly blockedMs: number;
  readonly isOver: boolean;
  readonly cause: BlockCause;
  /** From the first sign of lateness to the last look; null when it was too short to tell. */
  readonly thread: ThreadUse | null;
  /** The piece of work that began last before it, and how long before; it need not be the one to blame. */
  readonly lastWork: { readonly label: string; readonly beforeMs: number } | null;
}

/** Who wants to compute and gets less of a core is held up by others. */
const STARVED = 0.5;

/** The frame to look at first: the innermost that is not Node's own. Pure. */
export function frameToBlame(frames: readonly StackFrame[]): StackFrame | undefined {
  return frames.find(({ file }) => file !== '' && !file.startsWith('node:')) ?? frames[0];
}

/** One plain sentence about a block. Pure. */
export function describeBlock(block: Block): string {
  const verb = block.isOver ? 'was' : 'has been';
  return `The event loop ${verb} blocked for ${seconds(block.blockedMs)}${where(block)}.`;
}

function where({ cause, lastWork, thread, isOver }: Block): string {
  const last =
    lastWork === null
      ? ''
      : `; the last work that began, ${seconds(lastWork.beforeMs)} before, was ${lastWork.label}`;
  switch (cause.kind) {
    case 'javascript':
      return ` in ${place(cause.frames)}${starved(thread)}`;
    case 'native': {
      // What Node itself runs after every call tells nobody anything.
      const isTelling = cause.frames.some(({ file }) => file !== '' && !file.startsWith('node:'));
      const after = isTelling ? `, right before ${place(cause.frames)}` : last;
      return ` in a native call${thread === null ? '' : ` (${used(thread)})`}${after}`;
    }
    case 'unknown':
      return `${isOver ? '' : ' so far'}; its stack is not known, because ${cause.why}${last}${starved(thread)}`;
  }
}

function place(frames: readonly StackFrame[]): string {
  const frame = frameToBlame(frames);
  if (!frame) return 'JavaScript without a stack';
  const caller = isForeign(frame) ? frames.find((other) => !isForeign(other) && other !== frame) : undefined;
  return named(frame) + (caller ? `, called from ${named(caller)}` : '');
}

const named = ({ name, file, line }: StackFrame): string =>
  `${name === '' ? 'a function without a name' : name} (${file === '' ? 'no file' : `${file}:${line}`})`;

const isForeign = ({ file }: StackFrame): boolean =>
  file === '' || file.startsWith('node:') || /(?:^|\/)node_modules\//.test(file);

const used = ({ cpu, runs, waitsIn }: ThreadUse): string =>
  `${runs ? 'computing' : 'waiting'}${waitsIn === null ? '' : ` in ${waitsIn}`}, ${Math.round(cpu * 100)} % of a core`;

/** Code that gets no time to run is not the one to blame. */
const starved = (thread: ThreadUse | null): string =>
  thread?.runs === true && thread.cpu < STARVED
    ? `; the machine gave it only ${Math.round(thread.cpu * 100)} % of a core`
    : '';

/** 0.35 s, 1.4 s, 12 s, 3 min 5 s. */
export function seconds(ms: number): string {
  if (ms < 995) return `${(ms / 1_000).toFixed(2)} s`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const whole = Math.round(ms / 1_000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

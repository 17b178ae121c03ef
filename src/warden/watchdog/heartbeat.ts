/**
 * The memory that the main thread writes and the watching thread reads. Two fields of one beat are written apart, so each
 * write is framed by a counter that is odd meanwhile: a reader that sees it odd, or changed, reads again.
 */
const LABEL_BYTES = 120;
const [WRITES, BEATS, FLAGS, LABEL_WRITES, LABEL_LENGTH] = [0, 1, 2, 3, 4] as const;
const TIMES_AT = 24;
const LABEL_AT = 40;
const INSPECTOR_IS_OPEN = 1;
const TRIES = 1_000;

/** What the main thread said last. */
export interface Heartbeat {
  /** Counts the beats; wraps around at 2^31. */
  readonly beat: number;
  /** When it beat, on the clock of the threads. */
  readonly atMs: number;
  /** Whether somebody may look into this process with a debugger. */
  readonly inspectorIsOpen: boolean;
}

/** The piece of work that began last. */
export interface LastWork {
  readonly label: string;
  readonly atMs: number;
}

export const createHeartbeatMemory = (): SharedArrayBuffer => new SharedArrayBuffer(LABEL_AT + LABEL_BYTES);

/** The main thread's side. */
export interface HeartbeatWriter {
  /** Returns the number of the beat. */
  beat(atMs: number, inspectorIsOpen: boolean): number;
  label(text: string, atMs: number): void;
}

export function writeHeartbeat(memory: SharedArrayBuffer): HeartbeatWriter {
  const words = new Int32Array(memory, 0, 5);
  const times = new Float64Array(memory, TIMES_AT, 2);
  const text = new Uint8Array(memory, LABEL_AT, LABEL_BYTES);
  // An encoder does not write into shared memory.
  const encoded = new Uint8Array(LABEL_BYTES);
  const encoder = new TextEncoder();
  return {
    beat(atMs, inspectorIsOpen) {
      Atomics.add(words, WRITES, 1);
      times[0] = atMs;
      Atomics.store(words, FLAGS, inspectorIsOpen ? INSPECTOR_IS_OPEN : 0);
      const beat = (Atomics.load(words, BEATS) + 1) & 0x7fff_ffff;
      Atomics.store(words, BEATS, beat);
      Atomics.add(words, WRITES, 1);
      return beat;
    },
    label(label, atMs) {
      const { written } = encoder.encodeInto(label, encoded);
      Atomics.add(words, LABEL_WRITES, 1);
      times[1] = atMs;
      text.set(encoded);
      Atomics.store(words, LABEL_LENGTH, written);
      Atomics.add(words, LABEL_WRITES, 1);
    },
  };
}

/** The watching thread's side. */
export interface HeartbeatReader {
  beat(): Heartbeat;
  /** Null before the first, and while one is being written. */
  lastWork(): LastWork | null;
}

export function readHeartbeat(memory: SharedArrayBuffer): HeartbeatReader {
  const words = new Int32Array(memory, 0, 5);
  const times = new Float64Array(memory, TIMES_AT, 2);
  const text = new Uint8Array(memory, LABEL_AT, LABEL_BYTES);
  const settled = <T>(counter: number, read: () => T): T | null => {
    for (let tries = 0; tries < TRIES; tries++) {
      const before = Atomics.load(words, counter);
      if (before % 2 !== 0) continue;
      const value = read();
      if (Atomics.load(words, counter) === before) return value;
    }
    return null;
  };
  const read = (): Heartbeat => ({
    beat: Atomics.load(words, BEATS),
    atMs: times[0] ?? 0,
    inspectorIsOpen: (Atomics.load(words, FLAGS) & INSPECTOR_IS_OPEN) !== 0,
  });
  return {
    // A writer that was stopped in the middle of a beat is late by so little that the last one does.
    beat: () => settled(WRITES, read) ?? read(),
    lastWork() {
      if (Atomics.load(words, LABEL_WRITES) === 0) return null;
      return settled(LABEL_WRITES, () => ({
        label: new TextDecoder().decode(text.slice(0, Atomics.load(words, LABEL_LENGTH))),
        atMs: times[1] ?? 0,
      }));
    },
  };
}

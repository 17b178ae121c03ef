import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../kernel/index.ts';
import type { Tape, TapeFrame } from './tape.ts';

/** A line of a recording: the frame as it came, and when, in seconds. */
const line = z.object({ t_wall: z.number().optional(), raw: z.string() });

interface Timed extends TapeFrame {
  readonly offsetMs: number;
}

/** Frames without a time come so far apart. */
const STEP_MS = 1_000;
const MOST_FRAMES = 100_000;

/**
 * Plays the frames recorded in `dir/pumpportal/*.jsonl`, once, from the first time that it is played, in the rhythm in
 * which they came. Undefined when there are none. Acknowledgements are left out: the server gives its own.
 */
export function recordedTape(dir: string, clock: Pick<Clock, 'monotonic' | 'schedule'>): Tape | undefined {
  const frames = readFrames(join(dir, 'pumpportal'));
  if (frames.length === 0) return undefined;
  let startedMs: number | undefined;
  return {
    play(emit) {
      const started = (startedMs ??= clock.monotonic());
      let next = frames.findIndex(({ offsetMs }) => started + offsetMs >= clock.monotonic());
      let cancel = (): void => undefined;
      const plan = (): void => {
        const frame = next === -1 ? undefined : frames[next];
        if (!frame) return;
        cancel = clock.schedule(started + frame.offsetMs - clock.monotonic(), () => {
          next += 1;
          emit(frame);
          plan();
        });
      };
      plan();
      return () => {
        cancel();
      };
    },
  };
}

function readFrames(folder: string): readonly Timed[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
  const lines = files
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .flatMap((text) => line.safeParse(parse(text)).data ?? [])
    .slice(0, MOST_FRAMES);
  const firstS = Math.min(...lines.map(({ t_wall }) => t_wall ?? Infinity));
  return lines
    .map(({ t_wall, raw }, index) => ({
      topic: topicOf(raw),
      text: raw,
      offsetMs: t_wall === undefined ? index * STEP_MS : (t_wall - firstS) * 1_000,
    }))
    .filter(({ text }) => !/^\{"message":"[^"]*subscribed/i.test(text))
    .sort((a, b) => a.offsetMs - b.offsetMs);
}

function topicOf(raw: string): TapeFrame['topic'] {
  const { data } = z.object({ txType: z.string() }).safeParse(parse(raw));
  return data?.txType === 'migrate' ? 'migration' : data?.txType === 'create' ? 'creation' : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

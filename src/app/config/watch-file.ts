import { stat } from 'node:fs/promises';
import type { Clock } from '../../kernel/index.ts';

/** Names the state of a file: another one after each change. Null when there is none. Never rejects. */
export type FileLook = () => Promise<string | null>;

/** Looks at what the path leads to, also by links, so that a file that is moved into its place counts as a change. */
export const lookAt =
  (path: string): FileLook =>
  async () => {
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join(':');
    } catch {
      return null;
    }
  };

/** Times of {@link watchFile}, in ms. */
export const watchTimes = {
  /** Between two looks. A file that is the same in two of them is not being written. */
  everyMs: 150,
  /** One that changes without end is read after so long all the same. */
  longestMs: 1_000,
  /** One that is gone may be about to be made anew. */
  goneMs: 1_000,
} as const;

/**
 * Calls `onChange` after each change of a file, once it rests. Looks instead of being told: that also sees files which are
 * replaced, removed and made anew, and on every file system. The first call comes with the first rest, so that no change
 * before it is missed.
 * @param onChange is waited for; never rejects.
 * @returns the function that ends it.
 */
export function watchFile(options: {
  readonly clock: Clock;
  readonly look: FileLook;
  readonly onChange: () => Promise<void>;
}): () => Promise<void> {
  const { clock, look, onChange } = options;
  const stopping = new AbortController();
  let taken: string | null | undefined;
  let moving: { state: string | null; readonly sinceMs: number; sameSinceMs: number } | null = null;

  const step = async (): Promise<void> => {
    const state = await look();
    const nowMs = clock.monotonic();
    if (state === taken) {
      moving = null;
      return;
    }
    if (moving?.state !== state) {
      moving = { state, sinceMs: moving?.sinceMs ?? nowMs, sameSinceMs: nowMs };
      if (state === null || nowMs - moving.sinceMs < watchTimes.longestMs) return;
    }
    const neededMs = state === null && taken !== undefined ? watchTimes.goneMs : watchTimes.everyMs;
    const rests = nowMs - moving.sameSinceMs >= neededMs;
    const tooLong = state !== null && nowMs - moving.sinceMs >= watchTimes.longestMs;
    if (!rests && !tooLong) return;
    taken = state;
    moving = null;
    await onChange();
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await step();
      await clock.sleep(watchTimes.everyMs, stopping.signal).catch(() => undefined);
    }
  };
  const running = run();
  return async () => {
    stopping.abort();
    await running;
  };
}

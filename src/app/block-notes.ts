import type { JournalDraft } from '../contract/index.ts';
import { describeBlock, frameToBlame, type Block } from '../warden/watchdog/index.ts';

/** A loop that is blocked again and again has one entry in this time; the others are counted. */
const APART_MS = 10_000;

/** The journal entry of a block. Pure. */
export function entryOfBlock(
  block: Block,
  at: number,
  { unfinished, leftOut }: { readonly unfinished: boolean; readonly leftOut: number },
): JournalDraft & { readonly type: 'loop.blocked' } {
  const { blockedMs, cause, lastWork } = block;
  const blamed = cause.kind === 'unknown' ? undefined : frameToBlame(cause.frames);
  const sentence = describeBlock(block);
  return {
    type: 'loop.blocked',
    at,
    subject: null,
    reason: unfinished ? `The process before this one ended in a block. ${sentence}` : sentence,
    data: {
      blockedMs: Math.round(blockedMs),
      cause: cause.kind,
      function: blamed?.name ?? null,
      file: blamed?.file ?? null,
      line: blamed?.line ?? null,
      lastWork: lastWork?.label ?? null,
      unfinished,
      leftOut,
    },
  };
}

/** Decides which blocks the journal is told of. */
export function createBlockNotes(): (block: Block, nowMs: number, at: number) => JournalDraft | null {
  let toldMs = -Infinity;
  let leftOut = 0;
  return (block, nowMs, at) => {
    if (nowMs - toldMs < APART_MS) {
      leftOut += 1;
      return null;
    }
    const entry = entryOfBlock(block, at, { unfinished: false, leftOut });
    toldMs = nowMs;
    leftOut = 0;
    return entry;
  };
}

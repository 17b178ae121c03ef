import { expect, test } from 'vitest';
import type { Block } from '../warden/watchdog/index.ts';
import { createBlockNotes, entryOfBlock } from './block-notes.ts';

const block: Block = {
  startedAt: 1_000,
  blockedMs: 1_400.4,
  isOver: true,
  cause: { kind: 'javascript', frames: [{ name: 'parseHuge', file: 'src/x.ts', line: 12, column: 3 }] },
  thread: null,
  lastWork: { label: 'job hot', beforeMs: 1 },
};

test('a block is one sentence with its figures', () => {
  expect(entryOfBlock(block, 5_000, { unfinished: false, leftOut: 2 })).toEqual({
    type: 'loop.blocked',
    at: 5_000,
    subject: null,
    reason: 'The event loop was blocked for 1.4 s in parseHuge (src/x.ts:12).',
    data: {
      blockedMs: 1_400,
      cause: 'javascript',
      function: 'parseHuge',
      file: 'src/x.ts',
      line: 12,
      lastWork: 'job hot',
      unfinished: false,
      leftOut: 2,
    },
  });
});

test('one in which a process ended is told as such', () => {
  const left: Block = { ...block, isOver: false, cause: { kind: 'unknown', why: 'x' }, lastWork: null };
  expect(entryOfBlock(left, 0, { unfinished: true, leftOut: 0 })).toMatchObject({
    reason:
      'The process before this one ended in a block. The event loop has been blocked for 1.4 s so far; its stack is not known, because x.',
    data: { function: null, file: null, line: null, lastWork: null, unfinished: true },
  });
});

test('many blocks are few entries, which count the others', () => {
  const admit = createBlockNotes();
  const told = [0, 1, 9_999, 10_000, 10_001, 30_000].map((nowMs) => admit(block, nowMs, nowMs));
  expect(told.map((entry) => entry && 'leftOut' in entry.data && entry.data.leftOut)).toEqual([
    0,
    null,
    null,
    2,
    null,
    1,
  ]);
});

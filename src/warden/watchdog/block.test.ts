import { expect, test } from 'vitest';
import { describeBlock, frameToBlame, seconds, type Block, type StackFrame } from './block.ts';

const frame = (name: string, file: string, line: number): StackFrame => ({ name, file, line, column: 1 });
const parse = frame('parseHuge', 'src/x.ts', 12);
const own = frame('clone', 'node_modules/deep/index.js', 3);
const node = frame('read', 'node:fs', 7);
const block: Block = {
  startedAt: 0,
  blockedMs: 1_400,
  isOver: true,
  cause: { kind: 'javascript', frames: [parse] },
  thread: { cpu: 0.98, runs: true, waitsIn: null },
  lastWork: { label: 'GET /api/tokens', beforeMs: 30 },
};

test.each<[string, Partial<Block>, string]>([
  ['JavaScript', {}, 'was blocked for 1.4 s in parseHuge (src/x.ts:12).'],
  ['while it lasts', { isOver: false }, 'has been blocked for 1.4 s in parseHuge (src/x.ts:12).'],
  [
    "Node's own frames",
    { cause: { kind: 'javascript', frames: [node, parse] } },
    'was blocked for 1.4 s in parseHuge (src/x.ts:12).',
  ],
  [
    'a library',
    { cause: { kind: 'javascript', frames: [own, own, parse] } },
    'was blocked for 1.4 s in clone (node_modules/deep/index.js:3), called from parseHuge (src/x.ts:12).',
  ],
  [
    'nothing but Node',
    { cause: { kind: 'javascript', frames: [node] } },
    'was blocked for 1.4 s in read (node:fs:7).',
  ],
  [
    'code without a file',
    { cause: { kind: 'javascript', frames: [frame('', '', 1), parse] } },
    'was blocked for 1.4 s in parseHuge (src/x.ts:12).',
  ],
  [
    'only code without a file',
    { cause: { kind: 'javascript', frames: [frame('', '', 1)] } },
    'was blocked for 1.4 s in a function without a name (no file).',
  ],
  [
    'no frames',
    { cause: { kind: 'javascript', frames: [] } },
    'was blocked for 1.4 s in JavaScript without a stack.',
  ],
  [
    'a machine that is busy elsewhere',
    { thread: { cpu: 0.12, runs: true, waitsIn: null } },
    'was blocked for 1.4 s in parseHuge (src/x.ts:12); the machine gave it only 12 % of a core.',
  ],
  [
    'a thread that waits in JavaScript',
    { thread: { cpu: 0.12, runs: false, waitsIn: 'futex' } },
    'was blocked for 1.4 s in parseHuge (src/x.ts:12).',
  ],
  [
    'a native call that computes',
    { cause: { kind: 'native', frames: [] } },
    'was blocked for 1.4 s in a native call (computing, 98 % of a core); the last work that began, 0.03 s before, was GET /api/tokens.',
  ],
  [
    'a native call that waits',
    {
      cause: { kind: 'native', frames: [] },
      thread: { cpu: 0.004, runs: false, waitsIn: 'pipe_read' },
      lastWork: null,
    },
    'was blocked for 1.4 s in a native call (waiting in pipe_read, 0 % of a core).',
  ],
  [
    'a native call of which the system says nothing',
    { cause: { kind: 'native', frames: [] }, thread: null },
    'was blocked for 1.4 s in a native call; the last work that began, 0.03 s before, was GET /api/tokens.',
  ],
  [
    'a native call that returned',
    { cause: { kind: 'native', frames: [node, parse] } },
    'was blocked for 1.4 s in a native call (computing, 98 % of a core), right before parseHuge (src/x.ts:12).',
  ],
  [
    "a native call that returned into Node's own frames",
    { cause: { kind: 'native', frames: [node] } },
    'was blocked for 1.4 s in a native call (computing, 98 % of a core); the last work that began, 0.03 s before, was GET /api/tokens.',
  ],
  [
    'nothing known',
    { cause: { kind: 'unknown', why: 'it was not asked for' } },
    'was blocked for 1.4 s; its stack is not known, because it was not asked for; the last work that began, 0.03 s before, was GET /api/tokens.',
  ],
  [
    'nothing known yet',
    { cause: { kind: 'unknown', why: 'it was not asked for' }, isOver: false, lastWork: null },
    'has been blocked for 1.4 s so far; its stack is not known, because it was not asked for.',
  ],
])('%s', (_, change, sentence) => {
  expect(describeBlock({ ...block, ...change })).toBe(`The event loop ${sentence}`);
});

test('the frame to look at first', () => {
  expect(frameToBlame([])).toBeUndefined();
  expect(frameToBlame([node])).toBe(node);
  expect(frameToBlame([frame('x', '', 1), node, own, parse])).toBe(own);
});

test.each([
  [104, '0.10 s'],
  [994, '0.99 s'],
  [995, '1.0 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [59_400, '59 s'],
  [59_500, '1 min 0 s'],
  [185_000, '3 min 5 s'],
])('%d ms are %s', (ms, text) => {
  expect(seconds(ms)).toBe(text);
});

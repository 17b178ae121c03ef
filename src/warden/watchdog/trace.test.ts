import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Block } from './block.ts';
import { clearTrace, writeTrace } from './trace.ts';

const block: Block = {
  startedAt: 5,
  blockedMs: 1_400.4,
  isOver: false,
  cause: { kind: 'javascript', frames: [{ name: '', file: 'x.ts', line: 3, column: 2 }] },
  thread: { cpu: 1, runs: true, waitsIn: null },
  lastWork: { label: 'job hot', beforeMs: 12.2 },
};
const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden trace '));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};

test('a line like those of the log is added, and the block is kept as long as it lasts', () => {
  const folder = makeFolder();
  const targets = {
    logFile: join(folder, 'logs', 'a.log'),
    blockFile: join(folder, 'blocked.json'),
    stderr: 'none' as const,
  };
  writeTrace(targets, block, Date.UTC(2026, 0, 1));
  writeTrace(targets, { ...block, cause: { kind: 'native', frames: [] }, thread: null, lastWork: null }, 0);
  const lines = readFileSync(targets.logFile, 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      level: 'WARNING',
      ts: '2026-01-01T00:00:00.000Z',
      logger: 'moonwarden.watchdog',
      module: 'watchdog',
      blocked_ms: 1_400,
      cause: 'javascript',
      function: '',
      file: 'x.ts',
      line: 3,
      stack: ['? x.ts:3'],
      thread: { cpu: 1, runs: true, waitsIn: null },
      last_work: 'job hot',
      last_work_before_ms: 12,
      msg: 'The event loop has been blocked for 1.4 s in a function without a name (x.ts:3).',
    },
    expect.objectContaining({
      cause: 'native',
      msg: 'The event loop has been blocked for 1.4 s in a native call.',
    }),
  ]);
  expect(JSON.parse(readFileSync(targets.blockFile, 'utf8'))).toMatchObject({
    startedAt: 5,
    cause: { kind: 'native' },
    sentence: 'The event loop has been blocked for 1.4 s in a native call.',
  });
  for (const file of [targets.logFile, targets.blockFile]) expect(statSync(file).mode & 0o777).toBe(0o600);
  clearTrace(targets);
  expect(existsSync(targets.blockFile)).toBe(false);
  clearTrace(targets);
});

test('what cannot be written is left out', () => {
  const file = join(makeFolder(), 'x\0y');
  const targets = { logFile: file, blockFile: file, stderr: 'none' as const };
  expect(() => {
    writeTrace(targets, block, 0);
    clearTrace(targets);
  }).not.toThrow();
});

import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

async function outcome(
  args: readonly string[],
  stdout: number | 'pipe',
): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', stdout, 'pipe'] });
  // It has not started yet: whatever it writes, nobody takes it.
  child.stdout?.destroy();
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { stderr: await text(child.stderr as NodeJS.ReadableStream), code: await ended };
}

test.each([
  ['what a command prints', ['config', 'schema']],
  ['help', ['tokens', '--help']],
  ['what a long command prints', ['simulate', '--days', '0.01', '--tokens', '5', '--json']],
])('%s may find nobody to read it', async (_, args) => {
  expect(await outcome(args, 'pipe')).toEqual({ code: 141, stderr: '' });
});

test('a full disk is one clear line', async () => {
  const full = openSync('/dev/full', 'w');
  const { code, stderr } = await outcome(['config', 'schema'], full).finally(() => closeSync(full));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^moonwarden: The output cannot be written: .*ENOSPC.*\n$/);
});

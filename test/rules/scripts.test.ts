import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { countResults } from '../../scripts/test-results.mjs';

const SCRIPTS = fileURLToPath(new URL('../../scripts/', import.meta.url));

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'moonwarden scripts '));
  mkdirSync(join(root, 'dist', 'cli'), { recursive: true });
  cpSync(SCRIPTS, join(root, 'scripts'), { recursive: true });
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('counting results', () => {
  const file = (status: string, ...tests: string[]): object => ({
    status,
    assertionResults: tests.map((one) => ({ status: one })),
  });
  const results = (...files: object[]): string => JSON.stringify({ testResults: files });

  test.each([
    ['all well', results(file('passed', 'passed', 'passed')), true, [2, 0, 0]],
    ['some left out', results(file('passed', 'passed', 'pending', 'todo')), true, [1, 0, 2]],
    ['a failed test', results(file('failed', 'passed', 'failed')), false, [1, 1, 0]],
    ['a file that did not load', results(file('failed'), file('passed', 'passed')), false, [1, 1, 0]],
    ['a hook that failed after its tests', results(file('failed', 'passed')), false, [1, 1, 0]],
    ['coverage or an unhandled error', results(file('passed', 'passed')), false, [1, 1, 0]],
    ['no tests', results(), true, [0, 1, 0]],
    ['only tests left out', results(file('passed', 'pending')), true, [0, 1, 1]],
    ['a crash', undefined, false, [0, 1, 0]],
    ['a crash while writing', '{"testRes', true, [0, 1, 0]],
  ])('%s', (_name, text, exitedWell, [passed, failed, skipped]) => {
    expect(countResults(text, exitedWell)).toMatchObject({ passed, failed, skipped });
  });

  test('each failure is a line: file, test and the first line of what went wrong', () => {
    const text = JSON.stringify({
      testResults: [
        {
          name: 'src/a.test.ts',
          status: 'failed',
          assertionResults: [
            { status: 'passed', fullName: 'one' },
            {
              status: 'failed',
              fullName: 'adds up',
              failureMessages: ['\n\u001b[31mAssertionError: 1 is not 2\u001b[39m\n  at x'],
            },
          ],
        },
        {
          name: 'src/b.test.ts',
          status: 'failed',
          assertionResults: [],
          message: 'Error: Cannot find module\n  at y',
        },
      ],
    });
    expect(countResults(text, false).failures).toEqual([
      'src/a.test.ts: adds up: AssertionError: 1 is not 2',
      'src/b.test.ts: Error: Cannot find module',
    ]);
  });
});

describe('npm start', () => {
  const service = (text: string): void => {
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
    writeFileSync(join(root, 'scripts', 'build.mjs'), '');
    writeFileSync(join(root, 'dist', 'cli', 'main.js'), text);
  };
  const COUNTS_SIGNALS = `
    const got = [];
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => got.push(name));
    console.log('ready', JSON.stringify(process.argv.slice(2)));
    const endsAtMs = Date.now() + 30000;
    const timer = setInterval(() => {
      if (got.length === 0 && Date.now() < endsAtMs) return;
      clearInterval(timer);
      setTimeout(() => { console.log(got.join()); process.exit(7); }, 500);
    }, 10);`;

  test.each([
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGTERM'],
    ['SIGHUP', 'SIGTERM'],
  ] as const)('passes %s on once, as %s, though the whole group gets it', async (sent, received) => {
    service(COUNTS_SIGNALS);
    const args = [join(root, 'scripts', 'start.mjs'), '--port', '0'];
    const child = spawn(process.execPath, args, { detached: true });
    let output = '';
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
      if (!output.startsWith('ready') || child.killed) return;
      // The terminal signals the group, and npm signals its child.
      process.kill(-Number(child.pid), sent);
      child.kill(sent);
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, output }).toEqual({ code: 7, output: `ready ["start","--port","0"]\n${received}\n` });
  });

  test('ends as the service ends', () => {
    service('process.exit(3)');
    const run = (): number | null =>
      spawnSync(process.execPath, [join(root, 'scripts', 'start.mjs')], { stdio: 'ignore' }).status;
    expect(run()).toBe(3);
    service(`process.kill(process.pid, 'SIGKILL')`);
    expect(run()).toBe(137);
    service('process.exit(0)');
    expect(run()).toBe(0);
    writeFileSync(join(root, 'scripts', 'build.mjs'), 'process.exit(1)');
    expect(run(), 'a build that fails').toBe(1);
  });
});

describe('what tests need', () => {
  const setUp = (env: NodeJS.ProcessEnv): { code: number | null; output: string; chromium: unknown } => {
    const script = join(root, 'scripts', 'setup-tests.mjs');
    const run = spawnSync(process.execPath, [script], { env, encoding: 'utf8' });
    const file = join(root, 'node_modules', '.cache', 'moonwarden-test-needs.json');
    const needs = JSON.parse(readFileSync(file, 'utf8')) as { chromium: unknown };
    return { code: run.status, output: run.stdout, chromium: needs.chromium };
  };
  const program = (name: string): string => {
    const path = join(root, name);
    writeFileSync(path, '#!/bin/sh\n');
    chmodSync(path, 0o755);
    return path;
  };

  test('takes the browser that is named, then the one on the path', () => {
    const named = program('a browser');
    const onPath = program('chromium');
    program('promtool');
    expect(setUp({ CHROME_PATH: named, PATH: root, CI: 'true' })).toMatchObject({
      code: 0,
      chromium: { found: named },
    });
    expect(setUp({ CHROME_PATH: join(root, 'gone'), PATH: root })).toMatchObject({
      chromium: { found: onPath },
    });
  });

  test('says what is missing, and fails where everything must be tested', () => {
    // A table without places to look at, and nothing to install with.
    const script = join(root, 'scripts', 'setup-tests.mjs');
    const text = readFileSync(script, 'utf8');
    writeFileSync(script, text.replaceAll(/'\/(?:usr|Applications)\//g, `'/nowhere/`));
    expect(setUp({ PATH: root })).toMatchObject({
      code: 0,
      output: expect.stringContaining('missing for the browser tests: chromium') as string,
      chromium: { found: null, why: expect.stringContaining('CHROME_PATH') as string },
    });
    expect(setUp({ PATH: root, CI: 'true' }).code).toBe(1);
  });
});

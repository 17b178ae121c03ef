import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const WORLDS = fileURLToPath(new URL('../../worlds/', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/worlds.md', import.meta.url));
const names = readdirSync(WORLDS)
  .filter((name) => name.endsWith('.world.json'))
  .map((name) => name.replace('.world.json', ''));
// An hour of a world takes up to ten seconds: the longer ones are played by `npm run worlds`.
const LONGEST_HOURS = process.env['MOONWARDEN_WORLDS'] === 'all' ? Infinity : 2;
const hoursOf = (name: string): number => {
  const { runs } = JSON.parse(readFileSync(join(WORLDS, `${name}.world.json`), 'utf8')) as { runs: string };
  return Number(/^(\d+)h/.exec(runs)?.[1] ?? 0);
};
const played = names.filter((name) => hoursOf(name) <= LONGEST_HOURS);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden-worlds-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Report {
  readonly failed: number;
  readonly verdicts: readonly { expectation: string; passed: boolean; seen: string }[];
}

function simulate(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [PROGRAM, 'simulate', ...args],
      { cwd: folder, maxBuffer: 50_000_000 },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
      },
    );
  });
}

/** Plays a world from texts of JSON. */
function play(world: string, expectation: string, ...more: string[]): ReturnType<typeof simulate> {
  writeFileSync(join(folder, 'a.world.json'), world);
  writeFileSync(join(folder, 'a.expect.json'), expectation);
  return simulate(['--world', 'a.world.json', '--expect', 'a.expect.json', ...more]);
}

describe('the worlds written by hand', () => {
  it('are ten at least', () => {
    expect(names.length).toBeGreaterThanOrEqual(10);
  });

  it.each(played)('%s comes out as expected', async (name) => {
    const { code, stdout, stderr } = await simulate([
      '--json',
      '--world',
      join(WORLDS, `${name}.world.json`),
      '--expect',
      join(WORLDS, `${name}.expect.json`),
    ]);
    expect(stderr).toBe('');
    const { verdicts } = JSON.parse(stdout) as Report;
    expect(verdicts.length).toBeGreaterThan(3);
    expect(verdicts.filter(({ passed }) => !passed)).toEqual([]);
    expect(code).toBe(0);
  });
});

const WORLD = JSON.stringify({
  about: 'One token with a pump pool and an external one.',
  runs: '5m',
  tokens: [{ symbol: 'ONE', life: [{ at: '0s', pools: [{ dex: 'pumpswap' }, { dex: 'orca' }] }] }],
});

describe('an expectation that is not met', () => {
  it('is told with what was seen instead, and ends with 1', async () => {
    const { code, stdout } = await play(
      WORLD,
      JSON.stringify({
        statuses: [
          { token: 'ONE', at: '3m', status: 'active' },
          { token: 'ONE', at: '3m', status: 'archived' },
        ],
        never: [{ to: 'active' }],
      }),
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^passed {2}ONE is active at 3m$/m);
    expect(stdout).toMatch(/^FAILED {2}ONE is archived at 3m\n {8}seen: active/m);
    expect(stdout).toMatch(/^FAILED {2}never: to active\n {8}seen: 1: .*ONE became active/m);
    expect(stdout).toContain('1 passed, 2 failed.');
  });
});

describe('faults of the files', () => {
  it.each<[string, string, string, string]>([
    ['a time without a unit', WORLD.replace('"5m"', '"5"'), '{}', 'runs: must be a duration such as "90s"'],
    [
      'a key that nobody knows',
      WORLD.replace('"dex"', '"exchange"'),
      '{}',
      'pools[0].exchange: is not known',
    ],
    ['text for a number', WORLD.replace('"orca"', '"orca","txns5m":"many"'), '{}', 'pools[1].txns5m: '],
    ['a world that is no JSON', '{"about":', '{}', 'is not valid JSON'],
    ['an expectation of nothing', WORLD, '{}', 'expects nothing'],
    [
      'a token that is not there',
      WORLD,
      '{"scores":[{"token":"TWO","at":"1m","min":0}]}',
      'TWO: there is no such token',
    ],
    [
      'a time behind the end',
      WORLD,
      '{"statuses":[{"token":"ONE","at":"6m","status":"active"}]}',
      'a time lies behind the end',
    ],
    [
      'a setting that is not there',
      WORLD.replace('"runs"', '"settings":{"tokens":{"hot":"1s"}},"runs"'),
      '{"counts":{"active":{"min":1}}}',
      'tokens.hot',
    ],
  ])('%s is named with its place', async (_, world, expectation, fault) => {
    const { code, stdout, stderr } = await play(world, expectation);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(fault);
  });

  it.each<[string, readonly string[], number, string]>([
    [
      'a world that is not there',
      ['--world', 'none.json', '--expect', 'none.json'],
      3,
      'cannot read none.json',
    ],
    ['a world without an expectation', ['--world', 'a.json'], 2, 'belong together'],
    ['a seed for a world', ['--world', 'a', '--expect', 'b', '--seed', '1'], 2, '--seed has no meaning'],
    ['half a token', ['--tokens', '2.5'], 2, '--tokens takes a whole number, not "2.5"'],
    ['no days', ['--days', '0'], 2, '--days takes a number between'],
    ['a seed that is a word', ['--seed', 'seven'], 2, '--seed takes a number between'],
    [
      'a journal in no folder',
      ['--journal', 'no/folder/j.jsonl', '--days', '0.001'],
      3,
      'cannot write the journal',
    ],
  ])('%s is refused in one line', async (_, args, exitCode, message) => {
    const { code, stdout, stderr } = await simulate(args);
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

it('the example of the page comes out as the page says', async () => {
  const [world = '', expectation = ''] = [...readFileSync(PAGE, 'utf8').matchAll(/```json\n([^]*?)```/g)].map(
    (match) => match[1],
  );
  const { code, stdout, stderr } = await play(world, expectation);
  expect(stderr).toBe('');
  expect(stdout).not.toContain('FAILED');
  expect(code).toBe(0);
});

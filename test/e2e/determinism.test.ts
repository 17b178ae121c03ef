import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'moonwarden-determinism-'));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

interface Place {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly journal: Buffer;
}

/** Runs `simulate` in a process of its own, in a folder of its own. */
async function simulate(place: Place, args: readonly string[]): Promise<Outcome> {
  const cwd = join(root, place.name);
  mkdirSync(cwd, { recursive: true });
  const journal = join(cwd, 'run.jsonl');
  writeFileSync(journal, 'what was there before\n');
  const { code, stdout, stderr } = await new Promise<Omit<Outcome, 'journal'>>((resolve) => {
    execFile(
      process.execPath,
      [...(place.nodeArgs ?? []), PROGRAM, 'simulate', '--journal', 'run.jsonl', '--json', ...args],
      { cwd, env: { PATH: process.env['PATH'] ?? '', ...place.environment }, maxBuffer: 50_000_000 },
      (error, out, err) => {
        resolve({
          code: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
          stdout: out,
          stderr: err,
        });
      },
    );
  });
  return { code, stdout, stderr, journal: readFileSync(journal) };
}

describe('the same seed gives the same run on any machine', () => {
  const TURKEY: Place = {
    name: 'kathmandu',
    environment: { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
  };
  // What is set up here for a service must not reach a simulation.
  const NEWFOUNDLAND: Place = {
    name: 'st-johns',
    environment: {
      TZ: 'America/St_Johns',
      LANG: 'C',
      MOONWARDEN_TOKENS_HOT_INTERVAL: '30s',
      MOONWARDEN_TOKENS_MIN_LIQUIDITY_USD: '100000',
    },
  };
  const args = (seed: number, days: string): string[] => [
    '--days',
    days,
    '--seed',
    String(seed),
    '--tokens',
    '60',
  ];
  const entries = ({ journal }: Outcome): { type: string; subject: string | null }[] =>
    journal
      .toString('utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; subject: string | null });
  const discovered = (outcome: Outcome): (string | null)[] =>
    entries(outcome)
      .filter(({ type }) => type === 'token.discovered')
      .map(({ subject }) => subject);

  it('in two zones, languages and folders; and another seed gives another run', async () => {
    const config = join(root, NEWFOUNDLAND.name, 'config');
    mkdirSync(config, { recursive: true });
    writeFileSync(join(config, 'monitoring.json'), JSON.stringify({ tokens: { cold_interval: '90s' } }));
    const [one, two] = await Promise.all([
      simulate(TURKEY, args(7, '0.03')),
      simulate(NEWFOUNDLAND, args(7, '0.03')),
    ]);
    expect([one.code, one.stderr, two.code, two.stderr]).toEqual([0, '', 0, '']);
    expect(two.journal.equals(one.journal), 'the journals are the same byte by byte').toBe(true);
    expect(two.stdout).toBe(one.stdout);
    // An empty run would be the same everywhere, too.
    expect(entries(one).map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'service.started',
        'token.discovered',
        'token.checked',
        'token.moved',
        'samples',
      ]),
    );
    expect(discovered(one).length).toBeGreaterThan(20);

    const other = await simulate(TURKEY, args(8, '0.001'));
    expect(other.code).toBe(0);
    expect(discovered(other).length).toBeGreaterThan(20);
    expect(discovered(one)).not.toEqual(expect.arrayContaining(discovered(other)));
  });
});

/** A hook of Node's loader that puts a statement at the beginning of one function of the product. */
function plant(name: string, file: string, functionName: string, statement: string): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'hooks.mjs'),
    `export async function load(url, context, next) {
      const loaded = await next(url, context);
      if (!url.endsWith(${JSON.stringify(`/dist/${file}`)})) return loaded;
      const text = String(loaded.source);
      const planted = text.replace(/(export function ${functionName}\\([^]*?\\) \\{)\\n/, (_, head) => head + ${JSON.stringify(`${statement}\n`)});
      if (planted === text) throw new Error('there is no such function');
      return { ...loaded, source: planted };
    }`,
  );
  const hooks = pathToFileURL(join(folder, 'hooks.mjs')).href;
  writeFileSync(
    join(folder, 'register.mjs'),
    `import { register } from 'node:module';\nregister(${JSON.stringify(hooks)});`,
  );
  return pathToFileURL(join(folder, 'register.mjs')).href;
}

describe('a call that escapes virtual time', () => {
  // Each is in a place that survives what is thrown there: only the trap can tell.
  it.each([
    ['planning', 'hosts/tokens/plan.js', 'planReads', 'Date.now();', 'Date.now'],
    ['a score', 'hosts/tokens/score.js', 'computeScore', 'Math.random();', 'Math.random'],
    ['an answer', 'hosts/dexscreener/answer.js', 'readJson', 'setTimeout(() => {}, 1);', 'setTimeout'],
    ['a pool', 'hosts/tokens/pool-verdict.js', 'classifyPool', 'new Date();', 'new Date()'],
  ])('in %s fails the run', async (name, file, functionName, statement, caught) => {
    const preload = plant(name, file, functionName, statement);
    const { code, stdout, stderr } = await simulate(
      { name, environment: {}, nodeArgs: ['--import', preload] },
      ['--days', '0.001', '--tokens', '5'],
    );
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('escaped virtual time');
    expect(stderr).toContain(`${caught} was called under virtual time`);
    expect(stderr).toContain(functionName);
  });

  it('what uses no time of its own does not', async () => {
    const preload = plant('control', 'hosts/tokens/plan.js', 'planReads', 'void 0;');
    const { code, stderr } = await simulate(
      { name: 'control', environment: {}, nodeArgs: ['--import', preload] },
      ['--days', '0.001', '--tokens', '5'],
    );
    expect([code, stderr]).toEqual([0, '']);
  });
});

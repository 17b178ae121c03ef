import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { until } from './service.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Running {
  /** What it printed, line by line. */
  readonly lines: () => readonly string[];
  readonly stderr: () => string;
  /** Asks it to end. @returns its exit code, or the signal that ended it. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | NodeJS.Signals | null>;
}

/** Runs an example as it stands. */
function run(name: string, env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [`examples/${name}`], { cwd: ROOT, env: { ...process.env, ...env } });
  children.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code ?? signal);
    });
  });
  return {
    lines: () => stdout.split('\n').slice(0, -1),
    stderr: () => stderr,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

describe.each(readdirSync(`${ROOT}examples`))('examples/%s', (name) => {
  test('is short, and imports nothing but what its users import', () => {
    const code = readFileSync(`${ROOT}examples/${name}`, 'utf8');
    expect(code.split('\n').length - 1).toBeLessThan(50);
    const imported = [...code.matchAll(/from '([^']+)'/g)].map(([, from]) => from);
    expect(imported.filter((from) => from !== 'express')).toEqual(['moonwarden']);
  });
});

test('worker: the job runs by its plan, health is told of, and Ctrl+C ends it', async () => {
  const worker = run('worker.mjs', { EVERY_MS: '200' });
  await until('three runs', async () => worker.lines().filter((line) => line === '1 prices').length >= 3);
  expect(worker.lines()).toContainEqual(expect.stringMatching(/^Healthy\. None of its \d+ rules/));
  expect(await worker.end('SIGINT')).toBe(0);
  expect(worker.lines().at(-1)).toBe('Stopped.');
  expect(worker.stderr()).toBe('');
});

test('queue-worker: the consumer that hangs is noticed, restarted, and that has worked', async () => {
  const worker = run('queue-worker.mjs');
  await until('the recovery', async () => worker.lines().length >= 4);
  expect(worker.lines().slice(0, 4)).toEqual([
    expect.stringMatching(/^started: \d+ orders wait: the consumer does not keep up\.$/),
    'begun: Recovery begins: restart-consumer.',
    expect.stringMatching(/^ended: It is over after \d+ s: /),
    'worked: restart-consumer worked: queue_depth is over.',
  ]);
  expect(await worker.end('SIGTERM')).toBe(0);
});

test('express: /health answers 200 with the sentence, and 503 with the reason while the database is away', async () => {
  const server = run('express.mjs', { PORT: '0', TURN_MS: '100' });
  await until('the address', async () => server.lines().length > 0);
  const health = new URL(server.lines()[0] ?? '');
  const ask = async (path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(new URL(path, health), { ...init, signal: AbortSignal.timeout(5_000) });
    return { status: answer.status, body: await answer.json() };
  };
  const healthIs = (status: number): Promise<void> =>
    until(`health ${status}`, async () => (await ask('/health')).status === status);

  await healthIs(200);
  expect(await ask('/orders')).toEqual({ status: 200, body: [{ order: 1 }] });
  expect((await ask('/health')).body).toMatchObject({
    name: 'shop',
    status: 'healthy',
    ok: true,
    reasons: [],
  });

  await ask('/break', { method: 'POST' });
  for (let call = 0; call < 2; call++) expect((await ask('/orders')).status).toBe(503);
  await healthIs(503);
  expect((await ask('/health')).body).toMatchObject({
    status: 'critical',
    ok: false,
    reasons: [{ level: 'critical', reason: 'database failed 2 times in a row: connection refused.' }],
  });

  await ask('/break', { method: 'POST' });
  expect((await ask('/orders')).status).toBe(200);
  await healthIs(200);
  expect(await server.end('SIGTERM')).toBe(0);
});

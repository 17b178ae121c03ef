import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import type { z } from 'zod';
import { systemClock } from '../../src/kernel/index.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
// Nothing but loopback may be asked, whatever a test forgets; nobody listens on port 9.
const NOWHERE = '//127.0.0.1:9';

/** Without the rules that hold this machine and its loopback against the clock: on a busy one they speak, and rightly. */
export const UNHURRIED = {
  MOONWARDEN_RULES_OVERRIDE: JSON.stringify(
    Object.fromEntries(
      ['source.slow', 'store.slow', 'process.cpu', 'process.event_loop', 'monitor.late'].map((rule) => [
        rule,
        { off: true },
      ]),
    ),
  ),
};

/** What a program said and how it ended. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Launch {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  readonly cwd?: string;
  /** A command in front of node, such as a shell that sets limits. */
  readonly through?: readonly string[];
}

const children = new Set<ChildProcess>();
const folders: string[] = [];

function launch(args: readonly string[], { env, cwd, through = [] }: Launch): ChildProcess {
  const [command = process.execPath, ...rest] = [...through, process.execPath, MAIN, ...args];
  const own = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('MOONWARDEN_')),
  );
  const child = spawn(command, rest, {
    cwd: cwd ?? tmpdir(),
    env: {
      ...own,
      MOONWARDEN_DEXSCREENER_URL: `http:${NOWHERE}`,
      MOONWARDEN_PUMPPORTAL_URL: `ws:${NOWHERE}`,
      // Several services at once on a small machine stand still for a second: true, and not what is tested.
      MOONWARDEN_WATCHDOG_LIMIT: '10s',
      ...env,
    },
  });
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
}

/** Runs one command to its end. */
export async function cli(args: readonly string[], options: Launch = {}): Promise<Outcome> {
  const child = launch(args, options);
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (text: Buffer) => (said.stdout += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (said.stderr += text.toString()));
  // A command that does not read its input may have ended before it is written.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input);
  const limit = systemClock.schedule(60_000, () => child.kill('SIGKILL'));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('close', (...end) => {
      resolve(end);
    }),
  );
  limit();
  return { code, signal, ...said };
}

/** What a command says of its failure under --json. */
export function errorIn({ stderr }: Outcome): unknown {
  return (JSON.parse(stderr) as { error: unknown }).error;
}

/** A line of the log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string };

/** An answer over HTTP. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

/** A service that runs in a process of its own. */
export interface RunningService {
  readonly url: string;
  readonly pid: number;
  readonly folder: string;
  /** Lines of the log so far, from standard output. */
  lines(): readonly LogLine[];
  stderr(): string;
  ask(path: string, body?: unknown): Promise<Reply>;
  get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>>;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Outcome>;
  readonly ended: Promise<Outcome>;
}

/** Starts a service on a port that is free and waits until it says that it is ready. */
export async function startService(
  options: Launch & { readonly folder?: string; readonly args?: readonly string[] } = {},
): Promise<RunningService> {
  const folder = options.folder ?? tempFolder();
  const args = ['start', '--port', '0', '--data', folder, ...(options.args ?? ['--market', 'sim:7:40'])];
  const child = launch(args, options);
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (text: Buffer) => (said.stdout += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (said.stderr += text.toString()));
  let isOver = false;
  const ended = new Promise<Outcome>((resolve) =>
    child.once('close', (code: number | null, signal: NodeJS.Signals | null) => {
      isOver = true;
      resolve({ code, signal, ...said });
    }),
  );
  const lines = (): readonly LogLine[] =>
    said.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine);
  const readyLine = (): LogLine | undefined => lines().find(({ msg }) => msg === 'Moonwarden is ready.');
  await until('the ready line', () => isOver || readyLine() !== undefined, 30_000);
  const url = readyLine()?.['url'];
  if (typeof url !== 'string') throw new Error(`the service did not start:\n${said.stdout}${said.stderr}`);

  const ask = async (path: string, body?: unknown): Promise<Reply> => {
    const init =
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(url + path, init);
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return {
      status: response.status,
      type,
      body: type.includes('json') ? (JSON.parse(text) as unknown) : text,
    };
  };
  return {
    url,
    pid: Number(child.pid),
    folder,
    lines,
    stderr: () => said.stderr,
    ask,
    get: async (path, schema) => schema.parse((await ask(path)).body),
    stop(signal = 'SIGTERM') {
      if (!isOver) child.kill(signal);
      return ended;
    },
    ended,
  };
}

/** A service that all tests of a file share, and the command line that talks to it. */
export interface SharedService {
  service(): RunningService;
  /** Runs a command on the service. */
  on(...args: string[]): Promise<Outcome>;
  /** What a command that must succeed says under --json. */
  json<Schema extends z.ZodType>(schema: Schema, ...args: string[]): Promise<z.output<Schema>>;
}

/** Starts a service before the first test of the file that calls this, and cleans up after the last. */
export function shareService(): SharedService {
  let running: RunningService | undefined;
  beforeAll(async () => {
    running = await startService({ env: UNHURRIED });
  });
  afterAll(cleanUp);
  const service = (): RunningService => {
    if (!running) throw new Error('the service runs only while tests run');
    return running;
  };
  const on = (...args: string[]): Promise<Outcome> => cli([...args, '--data', service().folder]);
  return {
    service,
    on,
    async json(schema, ...args) {
      const { code, stdout, stderr } = await on(...args, '--json');
      expect({ code, stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' });
      return schema.parse(JSON.parse(stdout));
    },
  };
}

/** A port of loopback on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks again until the answer is yes. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  limitMs = 20_000,
): Promise<void> {
  const deadlineMs = systemClock.monotonic() + limitMs;
  while (!(await isSo())) {
    if (systemClock.monotonic() > deadlineMs) throw new Error(`${what}: not within ${limitMs / 1_000} s`);
    await systemClock.sleep(25);
  }
}

/** A folder that {@link cleanUp} removes. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden e2e '));
  folders.push(folder);
  return folder;
}

/** A file in a new folder. */
export function tempFile(name: string, content: string | Buffer): string {
  const folder = join(tempFolder(), 'files');
  mkdirSync(folder);
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

/** Ends by its id whatever a test left running, and removes its folders. */
export async function cleanUp(): Promise<void> {
  const left = [...children].map((child) => {
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    return closed;
  });
  await Promise.all(left);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));

/** What the child's monitor knows. */
export interface Told {
  readonly values: Readonly<Record<string, number>>;
  readonly reasons: Readonly<Record<string, string | null>>;
  readonly origins: { readonly memory: string; readonly cpu: string };
  /** On the child's own clock. */
  readonly atMs: number;
}

/** A process that measures itself when it is told to. */
export interface Child {
  readonly pid: number;
  ask(command: string): Promise<Record<string, number>>;
  /** Reads once. */
  start(): Promise<Told>;
  /** Reads again. */
  turn(): Promise<Told>;
  end(): Promise<void>;
}

/** Options of {@link startChild}. */
export interface ChildOptions {
  readonly folder?: string;
  readonly loopback?: boolean;
  /** A command in front of node that becomes node in the end. */
  readonly through?: readonly string[];
}

export function startChild({ folder = '.', loopback = false, through = [] }: ChildOptions = {}): Child {
  const line = [...through, process.execPath, '--expose-gc', CHILD, folder, ...(loopback ? ['lo'] : [])];
  const [command = '', ...args] = line;
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (what: string): Promise<unknown> => {
    child.stdin.write(`${what}\n`);
    const answer = (await answers.next()) as IteratorResult<string, undefined>;
    if (answer.done) throw new Error(`the child ended at: ${what}`);
    return JSON.parse(answer.value) as unknown;
  };
  return {
    pid: child.pid ?? 0,
    ask: async (what) => (await ask(what)) as Record<string, number>,
    start: async () => (await ask('start')) as Told,
    turn: async () => (await ask('turn')) as Told,
    async end() {
      child.stdin.end();
      await closed;
    },
  };
}

/** Output of a command. */
export function outputOf(command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Reads something else right before and right after. */
export async function between<T, Other>(
  read: () => Other,
  act: () => Promise<T>,
): Promise<{ readonly told: T; readonly before: Other; readonly after: Other }> {
  const before = read();
  const told = await act();
  return { told, before, after: read() };
}

/** Holds a value to two readings around it, within 5 % of them. */
export function isWithin(value: number | undefined, one: number, other: number): boolean {
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  return value !== undefined && value >= 0.95 * low && value <= 1.05 * high;
}

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Block } from '../../src/warden/watchdog/index.ts';

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));

/** What the child's watchdog found since it was asked last. */
export interface Found {
  readonly found: readonly (Block & { readonly sentence: string })[];
  /** What it logged. */
  readonly said: readonly string[];
}

/** A process that blocks its own event loop when told to. */
export interface Child {
  readonly pid: number;
  readonly stderr: () => string;
  /** Resolves when it answers, that is, when it is over. */
  ask(command: string): Promise<unknown>;
  blocks(): Promise<Found>;
  /** Asks until there is a block: the news of a native call may wait for what came after it. */
  blocksInTime(): Promise<Found>;
  kill(signal: NodeJS.Signals): void;
  /** How it ended. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export interface ChildOptions {
  readonly limitMs?: number;
  readonly captureStack?: boolean;
  readonly logFile?: string;
  readonly blockFile?: string;
  /** A module that gives `mappedBlock`. */
  readonly mapped?: string;
  readonly nodeFlags?: readonly string[];
}

export async function startChild({
  nodeFlags = [],
  limitMs = 100,
  ...options
}: ChildOptions = {}): Promise<Child> {
  const child = spawn(process.execPath, [...nodeFlags, CHILD, JSON.stringify({ limitMs, ...options })], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  // One that was killed reads no more.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('close', (code, signal) => {
      resolve(code ?? signal);
    }),
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const line = (await lines.next()) as IteratorResult<string, undefined>;
    if (line.done) throw new Error(`the child ended: ${stderr}`);
    return JSON.parse(line.value) as unknown;
  };
  const ask = (command: string): Promise<unknown> => {
    child.stdin.write(`${command}\n`);
    return answer();
  };
  await answer();
  const blocks = async (): Promise<Found> => (await ask('blocks')) as Found;
  return {
    pid: child.pid ?? 0,
    stderr: () => stderr,
    ask,
    blocks,
    async blocksInTime() {
      for (let tries = 0; tries < 20; tries++) {
        const found = await blocks();
        if (found.found.length > 0) return found;
      }
      throw new Error('no block was found');
    },
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../src/kernel/index.ts';
import type { Block } from '../../src/warden/watchdog/index.ts';
import { startChild, type Child, type ChildOptions, type Found } from './child.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden watchdog '));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const children: Child[] = [];
const start = async (options?: ChildOptions): Promise<Child> => {
  const child = await startChild(options);
  children.push(child);
  return child;
};
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    await child.ended;
  }
});

const SOURCE = fileURLToPath(new URL('child.mjs', import.meta.url));
const lineOf = (text: string): number =>
  1 +
  readFileSync(SOURCE, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text));
const until = async <T>(probe: () => T | undefined): Promise<T> => {
  for (let tries = 0; tries < 500; tries++) {
    const value = probe();
    if (value !== undefined) return value;
    await systemClock.sleep(20);
  }
  throw new Error('it did not happen');
};
/** A machine that is busy elsewhere may hold the process up besides, for less. */
const longest = ({ found }: Found): Found['found'][number] => {
  const [block] = found.toSorted((a, b) => b.blockedMs - a.blockedMs);
  if (!block) throw new Error('there is no block');
  return block;
};
const framesOf = (block: Found['found'][number]) =>
  block.cause.kind === 'unknown' ? [] : block.cause.frames;

describe('what blocks the loop is named', () => {
  test('a loop in JavaScript, with function, file and line', async () => {
    const child = await start();
    await child.ask('busy 1500');
    const block = longest(await child.blocksInTime());
    expect(block.cause.kind).toBe('javascript');
    expect(block.blockedMs).toBeGreaterThanOrEqual(100);
    expect(block.sentence).toMatch(/^The event loop was blocked for .* s in busyLoop \(.*child\.mjs:\d+\)/);
    const frame = framesOf(block).find(({ name }) => name === 'busyLoop');
    expect(frame?.file.endsWith('test/watchdog/child.mjs')).toBe(true);
    expect(frame?.line).toBe(lineOf('// blocked here'));
    expect(framesOf(block).map(({ name }) => name)).toContain('busy');
  });

  test('through its source map', async () => {
    const script = join(folder, 'mapped.mjs');
    // Line n of the script is line n + 40 of src/x.ts.
    const map = JSON.stringify({ version: 3, sources: ['src/x.ts'], names: [], mappings: 'AAwCA;AACA;AACA' });
    writeFileSync(
      script,
      `export function mappedBlock() {\n  for (const t = performance.now(); performance.now() - t < 300; );\n}\n//# sourceMappingURL=data:application/json,${encodeURIComponent(map)}\n`,
    );
    const child = await start({ mapped: script });
    await child.ask('mapped');
    const frame = framesOf(longest(await child.blocksInTime())).find(({ name }) => name === 'mappedBlock');
    expect(frame).toMatchObject({ file: join(folder, 'src', 'x.ts'), line: 42 });
  });

  test.each([
    ['a regular expression', 'regex', 'regex 60'],
    ['Atomics.wait', 'wait', 'wait 60000'],
  ])('%s, which can be interrupted', async (_what, name, command) => {
    const blockFile = join(folder, `${name}.json`);
    const child = await start({ blockFile });
    // Never over: the watching thread writes what it found meanwhile.
    void child.ask(command).catch(() => undefined);
    const { cause } = await until(() =>
      existsSync(blockFile) ? (JSON.parse(readFileSync(blockFile, 'utf8')) as Block) : undefined,
    );
    expect(cause.kind).toBe('javascript');
    expect(cause.kind === 'javascript' && cause.frames[0]?.name).toBe(name);
  });

  test('native calls, which cannot: what ran, whether it computes or waits, and what came right after', async () => {
    const child = await start();
    await child.ask('label GET-/api/x');
    await child.ask('spawn 350');
    const spawned = longest(await child.blocksInTime());
    expect(spawned.cause.kind).toBe('native');
    expect(spawned.thread?.runs).toBe(false);
    expect(spawned.lastWork).toEqual({ label: 'GET-/api/x', beforeMs: expect.any(Number) as number });

    const fifo = join(folder, 'fifo');
    execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', fifo]);
    const reading = child.ask(`fifo ${fifo}`);
    await systemClock.sleep(350);
    // Ends, too, where nobody reads.
    execFileSync('sh', ['-c', 'echo x > "$1"', 'sh', fifo], { timeout: 5_000 });
    await reading;
    const read = longest(await child.blocksInTime());
    expect(read.sentence).toMatch(/^The event loop was blocked for .* s in a native call \(waiting/);
    expect(read.thread?.runs).toBe(false);

    // Long enough on any machine.
    await child.ask('hash 500000');
    expect(longest(await child.blocksInTime()).cause.kind).toBe('native');
  });

  test('JSON.parse of a large text', async () => {
    const child = await start();
    await child.ask('huge 1000000');
    await child.blocks();
    await child.ask('parse');
    const block = longest(await child.blocksInTime());
    expect(block.cause.kind).toBe('native');
    expect(block.sentence).toContain('in a native call (computing');
  });

  test('nothing, when it was not asked for', async () => {
    const child = await start({ captureStack: false });
    await child.ask('busy 300');
    expect(longest(await child.blocksInTime()).sentence).toContain(
      'its stack is not known, because it was not asked for',
    );
  });
});

describe('what is no block', () => {
  test('many short ones, one after the other', async () => {
    const child = await start({ limitMs: 1_000 });
    for (let i = 0; i < 8; i++) await child.ask('busy 130');
    expect((await child.blocks()).found).toEqual([]);
  });

  test('a process that is stopped and goes on', async () => {
    const child = await start({ limitMs: 300 });
    for (let i = 0; i < 2; i++) {
      child.kill('SIGSTOP');
      await systemClock.sleep(500);
      child.kill('SIGCONT');
      await child.ask('rest 50');
    }
    expect((await child.blocks()).found).toEqual([]);
    // It still watches.
    await child.ask('busy 600');
    expect((await child.blocksInTime()).found).not.toEqual([]);
  });
});

describe('a person with a debugger', () => {
  /** Attached to the process, as an editor is. */
  const attach = async (child: Child): Promise<{ seen: string[]; post: (method: string) => void }> => {
    const url = await until(() => /ws:\/\/\S+/.exec(child.stderr())?.[0]);
    const socket = new WebSocket(url);
    await new Promise((resolve) => socket.once('open', resolve));
    const seen: string[] = [];
    socket.on('message', (text: Buffer) => {
      const { method } = JSON.parse(text.toString()) as { method?: string };
      if (method?.startsWith('Debugger.') && method !== 'Debugger.scriptParsed') seen.push(method);
    });
    let id = 0;
    const post = (method: string): void => {
      socket.send(JSON.stringify({ id: ++id, method }));
    };
    return { seen, post };
  };

  test('is left alone, and a process that such a person holds is not blocked', async () => {
    const child = await start({ nodeFlags: ['--inspect=127.0.0.1:0'] });
    const person = await attach(child);
    person.post('Debugger.enable');
    await child.ask('busy 300');
    expect(longest(await child.blocksInTime()).sentence).toContain(
      'an inspector is open, whose debugger was left alone',
    );
    expect(person.seen).toEqual([]);

    person.post('Debugger.pause');
    const resting = child.ask('rest 1');
    await until(() => (person.seen.length > 0 ? true : undefined));
    await systemClock.sleep(500);
    expect(person.seen).toEqual(['Debugger.paused']);
    person.post('Debugger.resume');
    await resting;
    const { found, said } = await child.blocks();
    expect(found.filter(({ blockedMs }) => blockedMs >= 300)).toEqual([]);
    expect(said).toContainEqual('info: A debugger held the process; that is no block.');
  });
});

describe('whatever becomes of the threads', () => {
  test('a process that is killed in a block leaves the trace', async () => {
    const [logFile, blockFile] = [join(folder, 'logs', 'a.log'), join(folder, 'blocked.json')];
    const child = await start({ logFile, blockFile });
    void child.ask('busy 60000').catch(() => undefined);
    const line = await until(() =>
      existsSync(logFile) ? readFileSync(logFile, 'utf8') || undefined : undefined,
    );
    child.kill('SIGKILL');
    expect(await child.ended).toBe('SIGKILL');
    expect(JSON.parse(line.split('\n')[0] ?? '')).toMatchObject({
      level: 'WARNING',
      module: 'watchdog',
      msg: expect.stringMatching(/has been blocked for .* in busyLoop \(/) as string,
    });
    expect(JSON.parse(readFileSync(blockFile, 'utf8'))).toMatchObject({ isOver: false });
  });

  test('a block that is over leaves no file of it', async () => {
    const blockFile = join(folder, 'over.json');
    const child = await start({ blockFile });
    await child.ask('busy 300');
    expect((await child.blocksInTime()).found).not.toEqual([]);
    expect(existsSync(blockFile)).toBe(false);
  });

  test('a watching thread that dies while the main one is held lets it go on', () => {
    const output = execFileSync(process.execPath, [fileURLToPath(new URL('dying.mjs', import.meta.url))], {
      timeout: 20_000,
    });
    expect(output.toString()).toBe('the thread ended with 7\nthe loop went on\n');
  });

  test('stop() ends the thread, and the process ends by itself', async () => {
    const child = await start();
    await child.ask('busy 200');
    await child.ask('stop');
    expect(await child.ended).toBe(0);
    expect(child.stderr()).toBe('');
  });
});

// @ts-check
/**
 * A process under a watchdog that blocks its own event loop: commands come as lines on standard input, each is answered
 * by one line of JSON. `blocks` tells what the watchdog has found so far.
 */
import { spawnSync } from 'node:child_process';
import { pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

// By its path, because there is no dist/ yet when types are checked.
/** @type {typeof import('../../src/warden/watchdog/index.ts')} */
const { createWatchdog, describeBlock } = await import(
  new URL('../../dist/warden/watchdog/index.js', import.meta.url).href
);
/** @type {{ limitMs: number, captureStack?: boolean, logFile?: string, blockFile?: string, mapped?: string }} */
const { limitMs, captureStack, logFile, blockFile, mapped } = JSON.parse(process.argv[2] ?? '{}');

/** @type {unknown[]} */
const found = [];
/** @type {unknown[]} */
const said = [];
/** @param {string} level */
const sayAt = (level) => (/** @type {string} */ msg) => void said.push(`${level}: ${msg}`);
/** @type {import('../../src/kernel/index.ts').Logger} */
const log = {
  debug: sayAt('debug'),
  info: sayAt('info'),
  warning: sayAt('warning'),
  error: sayAt('error'),
  critical: sayAt('critical'),
  child: () => log,
};
const watchdog = createWatchdog({
  limitMs,
  captureStack,
  log,
  trace: { stderr: 'none', logFile: logFile ?? null, blockFile: blockFile ?? null },
  onBlock: (block) => found.push({ ...block, sentence: describeBlock(block) }),
});
await watchdog.start();
const { mappedBlock } = mapped === undefined ? {} : await import(pathToFileURL(mapped).href);

/** @param {number} ms */
function busyLoop(ms) {
  const startMs = performance.now();
  let turns = 0;
  while (performance.now() - startMs < ms) turns += 1; // blocked here
  return turns;
}
/** @param {string} text */
const parseHuge = (text) => JSON.parse(text);
let huge = '';

/** @type {Record<string, (argument: string) => unknown>} */
const commands = {
  busy: (ms) => void busyLoop(Number(ms)),
  // A call that takes longer with each letter: about 2^n steps.
  regex: (letters) => void /^(?:a+)+$/.test(`${'a'.repeat(Number(letters))}b`),
  huge: (count) => void (huge = `[${'{"a":[1,2,3,"xxxx"]},'.repeat(Number(count))}1]`),
  parse: () => void parseHuge(huge),
  hash: (rounds) => void pbkdf2Sync('a', 'b', Number(rounds), 64, 'sha512'),
  wait: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ms)),
  spawn: (ms) => void spawnSync('sleep', [String(Number(ms) / 1000)]),
  fifo: (path) => void readFileSync(path),
  mapped: () => mappedBlock(),
  label: (text) => watchdog.label(text),
  blocks: () => sleep(100).then(() => ({ found: found.splice(0), said: said.splice(0) })),
  rest: (ms) => sleep(Number(ms)).then(() => undefined),
  stop: () => watchdog.stop(),
};

process.stdout.write('"ready"\n');
for await (const line of createInterface({ input: process.stdin })) {
  const [, command = '', argument = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
  // In a turn of its own, so that the answer to the last command has gone out.
  await sleep(5);
  const answer = await commands[command]?.(argument);
  process.stdout.write(`${JSON.stringify(answer ?? null)}\n`);
  if (command === 'stop') break;
}
// The other side leaves it open.
process.stdin.destroy();

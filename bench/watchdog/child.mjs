// @ts-check
/** A process that rests, under a watchdog or not, then says what it cost; or one that blocks and says how long it was held. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [limitMs = 0, restMs = 0, blockMs = 0] = process.argv.slice(2).map(Number);
// Loaded in any case: what is compared is the watching.
const { createWatchdog } = await import(new URL('../../dist/warden/watchdog/index.js', import.meta.url).href);
if (limitMs > 0) await createWatchdog({ limitMs, trace: { stderr: 'none' } }).start();
// Starting costs once: compilation, and the collector that tidies up afterwards.
await sleep(10_000);
const before = process.cpuUsage();
const startMs = performance.now();
await sleep(restMs);
const { user, system } = process.cpuUsage(before);
const cpu = (user + system) / 1_000 / (performance.now() - startMs);
const rss = process.memoryUsage.rss();

let heldMs = 0;
for (let lastMs = performance.now(), endMs = lastMs + blockMs; lastMs < endMs;) {
  const nowMs = performance.now();
  heldMs = Math.max(heldMs, nowMs - lastMs);
  lastMs = nowMs;
}
await sleep(200);
const peak = Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? NaN) * 1_024;
console.log(JSON.stringify({ cpu, rss, peak, heldMs }));
process.exit();

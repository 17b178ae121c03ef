// @ts-check
/** Writes, rolls up and deletes the history of signals minute by virtual minute, and says how far it is. */
import { QUARTER_MS, keptFrom, pointsIn } from './figures.mjs';

// By its path, because there is no dist/ yet when types are checked.
/** @type {typeof import('../../../src/kernel/index.ts')} */
const { FakeClock, silentLogger } = await import(
  new URL('../../../dist/kernel/index.js', import.meta.url).href
);
/** @type {typeof import('../../../src/storage/index.ts')} */
const { openSqliteStore } = await import(new URL('../../../dist/storage/index.js', import.meta.url).href);

const MINUTE_MS = 60_000;
const { folder, from, to, series, everyMs } = JSON.parse(process.argv[2] ?? '{}');
const store = openSqliteStore({ clock: new FakeClock(), log: silentLogger, folder });
const { signals } = store;
if (signals === null) throw new Error('there is no history without a file');
await signals.open();
const lines = Array.from({ length: series }, (_, n) => ({ id: n + 1, name: `signal_${n + 1}`, labels: {} }));

for (let at = from; at < to; at += MINUTE_MS) {
  const end = Math.min(to, at + MINUTE_MS);
  // The last point of a minute comes late: its row is made, and made again.
  const points = pointsIn({ series, everyMs }, at, end);
  const late = points.splice(-1);
  await signals.write(lines, points);
  process.stdout.write(`rolling ${at}\n`);
  while ((await signals.rollUp(end, 200)) > 0);
  await signals.write([], late);
  while ((await signals.rollUp(end, 200)) > 0);
  if (end % QUARTER_MS === 0) {
    const before = {
      raw: keptFrom('raw', end),
      minute: keptFrom('minute', end),
      quarter: keptFrom('quarter', end),
    };
    while ((await signals.prune(before)) > 0);
  }
  process.stdout.write(`written ${end}\n`);
}
await store.close();
process.stdout.write('done\n');

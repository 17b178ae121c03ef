// A plain worker: a job that runs again and again, watched. `node examples/worker.mjs`, Ctrl+C ends it.
import { createWarden } from 'moonwarden';

const EVERY_MS = Number(process.env.EVERY_MS ?? 5_000);
const warden = createWarden({ name: 'price worker' });
let prices = [];
let fetchedAt = null;

// What it calls may fail: a breaker, retries and a time limit stand in between.
const market = warden.dependency({ name: 'market', timeout: 2_000, essential: true });

// The work. A run that stalls or fails is started anew.
warden.job('prices', { everyMs: EVERY_MS, startAtOnce: true }, async ({ signal }) => {
  prices = await market.execute(fetchPrices, { signal });
  fetchedAt = Date.now();
  console.log(`${prices.length} prices`);
});

// What tells whether the work is well: two intervals late is bad, ten are worse.
const age = () => (fetchedAt === null ? null : (Date.now() - fetchedAt) / 1_000);
warden.signal('price_age', age, {
  unit: 's',
  warning: (3 * EVERY_MS) / 1_000,
  critical: (11 * EVERY_MS) / 1_000,
});

warden.on('health', ({ sentence }) => console.log(sentence));
warden.start();

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await warden.stop();
    console.log(warden.health().sentence);
  });
}

/** Stands for a call over the network. */
async function fetchPrices({ signal }) {
  signal.throwIfAborted();
  return [{ token: 'SOL', price: 150 }];
}

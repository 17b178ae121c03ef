// @ts-check
/** What is measured: the pipeline with a store, the same without one, and the bare calls of the client. */
import { mintOf } from '../scale/mints.mjs';

/** @typedef {{ createDependency?: Function }} Policy */
/** @typedef {{ slice: () => Promise<{ units: number, cpuMs: number }>, close: () => Promise<void> }} World */

const TOKENS = 300;
/** As large as the settings allow: nothing waits for it. */
const QUOTA = 100_000;
const SLICE_MS = 10_000;
const WARM_UP_MS = 90_000;
const CALLS = 1_000;
const SOL = 'So11111111111111111111111111111111111111112';

/** @param {string} room */
const built = (room) => import(new URL(`../../dist/${room}/index.js`, import.meta.url).href);
const { FakeClock, createRandom, silentLogger, systemClock } = await built('kernel');
const { createDexClient, dexSection } = await built('hosts/dexscreener');
const { createTokenPipeline, tokenDefaults } = await built('hosts/tokens');
const { openSqliteStore } = await built('storage');
const { defaultsOf } = await built('warden/config');

/** @param {string} mint @param {number} pool @param {number} now */
const pairText = (mint, pool, now) => {
  const trades = '{"buys":12,"sells":8}';
  return `{"chainId":"solana","dexId":"${pool === 0 ? 'pumpswap' : 'orca'}","url":"https://dexscreener.com/solana/${mint}","pairAddress":"${pool + 2}${mint.slice(1)}","labels":["CLMM"],"baseToken":{"address":"${mint}","name":"Token ${mint.slice(-6)}","symbol":"T${mint.slice(-4)}"},"quoteToken":{"address":"${SOL}","name":"Wrapped SOL","symbol":"SOL"},"priceNative":"0.0000123","priceUsd":"0.002","txns":{"m5":${trades},"h1":${trades},"h6":${trades},"h24":${trades}},"volume":{"h24":84000.5,"h6":21000,"h1":3600,"m5":420.25},"priceChange":{"m5":-1.5,"h1":4,"h6":10.25,"h24":5},"liquidity":{"usd":25000,"base":5081300,"quote":62.5},"fdv":1900000,"marketCap":1900000,"pairCreatedAt":${now - 36 * 3_600_000}}`;
};

/** A market that answers at once. @param {readonly string[]} mints @param {number} now */
function transportOf(mints, now) {
  const pools = new Map(mints.map((mint) => [mint, [0, 1].map((pool) => pairText(mint, pool, now))]));
  return {
    origin: 'http://bench.test',
    /** @param {string} path */
    get(path) {
      const asked = (path.split('/').at(-1) ?? '').split(',');
      const isBatch = path.startsWith('/tokens/v1/');
      const texts = asked.flatMap((mint) => (isBatch ? pools.get(mint)?.slice(0, 1) : pools.get(mint)) ?? []);
      const body = `[${texts.join(',')}]`;
      return Promise.resolve({ status: 200, contentType: 'application/json; charset=utf-8', body });
    },
    reset: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

const settings = { ...defaultsOf(dexSection), pairsPerMinute: QUOTA, profilesPerMinute: QUOTA };

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const noStore = {
  commit: () => Promise.resolve([]),
  loadTokens: () => [],
  detail: () => undefined,
  close: () => Promise.resolve(),
};

/** The pipeline under virtual time, reading each token every second. @param {Policy} policy @param {boolean} stored @returns {Promise<World>} */
async function pipelineWorld(policy, stored) {
  const clock = new FakeClock();
  const mints = Array.from({ length: TOKENS }, (_, n) => mintOf(n));
  const dex = createDexClient({
    transport: transportOf(mints, clock.now()),
    clock,
    random: createRandom(1),
    settings,
    ...policy,
  });
  const store = stored ? openSqliteStore({ clock, log: silentLogger, folder: null }) : noStore;
  let refreshed = 0;
  const pipeline = createTokenPipeline({
    clock,
    log: silentLogger,
    store,
    dex,
    settings: { ...tokenDefaults, hotIntervalMs: 1_000 },
    onTokens: (/** @type {readonly unknown[]} */ tokens) => (refreshed += tokens.length),
  });
  const { signal } = new AbortController();
  const nothing = () => undefined;
  const context = { signal, resumed: [], progress: nothing, begin: nothing, done: nothing, failed: nothing };
  for (const group of ['hot', 'cold', 'archive', 'activation']) void pipeline.openShift(group, context);
  pipeline.start();
  await pipeline.add(mints, 'bench');
  await clock.advance(WARM_UP_MS);
  return {
    async slice() {
      const units = refreshed;
      const before = cpuMs();
      await clock.advance(SLICE_MS);
      return { units: refreshed - units, cpuMs: cpuMs() - before };
    },
    async close() {
      await Promise.all([pipeline.stop(), clock.advance(10_000)]);
      await store.close();
    },
  };
}

/** Reads of one token, one after the other, of which nothing is made. @param {Policy} policy @returns {Promise<World>} */
async function callsWorld(policy) {
  const mint = mintOf(0);
  const dex = createDexClient({
    transport: transportOf([], 0),
    clock: systemClock,
    random: createRandom(1),
    settings,
    ...policy,
  });
  const slice = async () => {
    const before = cpuMs();
    for (let call = 0; call < CALLS; call++) await dex.readPools(mint);
    return { units: CALLS, cpuMs: cpuMs() - before };
  };
  await slice();
  return { slice, close: () => Promise.resolve() };
}

/** @type {Readonly<Record<string, { title: string, unit: string, open: (policy: Policy) => Promise<World> }>>} */
export const WORLDS = {
  pipeline: {
    title: 'pipeline, SQLite in memory',
    unit: 'token refreshes',
    open: (policy) => pipelineWorld(policy, true),
  },
  storeless: {
    title: 'pipeline, nothing stored',
    unit: 'token refreshes',
    open: (policy) => pipelineWorld(policy, false),
  },
  calls: { title: 'reads of the client alone, empty answers', unit: 'calls', open: callsWorld },
};

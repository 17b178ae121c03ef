// @ts-check
/**
 * A market in a process of its own, so that the service is measured alone: real HTTP, answers out of prepared texts. The
 * first `hot` mints have trades and two good pools, the others one pool and no trade. Prices move with each answer.
 */
import { mintOf } from './mints.mjs';

const [hotText = '0', sizeText = '0'] = process.argv.slice(2);
const hot = Number(hotText);
const { serveMarket } = await import(new URL('../../dist/simulator/index.js', import.meta.url).href);

const SOL = 'So11111111111111111111111111111111111111112';
const JSON_TYPE = 'application/json; charset=utf-8';
/** @type {Map<string, boolean>} */
const isHot = new Map(Array.from({ length: Number(sizeText) }, (_, n) => [mintOf(n), n < hot]));
const startedAt = Date.now();
let requests = 0;
let tokens = 0;
let batches = 0;
let batchTokens = 0;

/** @param {string} mint @param {number} pool */
function pair(mint, pool) {
  const traded = isHot.get(mint) === true;
  const price = (0.002 + ((tokens * 7 + pool) % 100) / 1e6).toFixed(7);
  const trades = traded ? '{"buys":12,"sells":8}' : '{"buys":0,"sells":0}';
  const volume = traded
    ? '{"h24":84000.5,"h6":21000,"h1":3600,"m5":420.25}'
    : '{"h24":0,"h6":0,"h1":0,"m5":0}';
  return `{"chainId":"solana","dexId":"${pool === 0 ? 'raydium' : 'orca'}","url":"https://dexscreener.com/solana/${mint}","pairAddress":"${pool + 2}${mint.slice(1)}","labels":["CLMM"],"baseToken":{"address":"${mint}","name":"Token ${mint.slice(-6)}","symbol":"T${mint.slice(-4)}"},"quoteToken":{"address":"${SOL}","name":"Wrapped SOL","symbol":"SOL"},"priceNative":"0.0000123","priceUsd":"${price}","txns":{"m5":${trades},"h1":${trades},"h6":${trades},"h24":${trades}},"volume":${volume},"priceChange":{"m5":-1.5,"h1":4,"h6":10.25,"h24":5},"liquidity":{"usd":25000,"base":5081300,"quote":62.5},"fdv":1900000,"marketCap":1900000,"pairCreatedAt":${startedAt - 36 * 3_600_000},"info":{"imageUrl":"https://dd.dexscreener.com/1.png","websites":[],"socials":[]}}`;
}

const market = {
  /** @param {string} path */
  respond(path) {
    const mints = (path.split('/').at(-1) ?? '').split(',').filter((mint) => isHot.has(mint));
    let body = '[]';
    if (path.startsWith('/tokens/v1/')) {
      requests += 1;
      batches += 1;
      batchTokens += mints.length;
      tokens += mints.length;
      body = `[${mints.map((mint) => pair(mint, 0)).join(',')}]`;
    } else if (path.startsWith('/token-pairs/v1/')) {
      requests += 1;
      tokens += mints.length;
      body = `[${mints.flatMap((mint) => (isHot.get(mint) ? [pair(mint, 0), pair(mint, 1)] : [pair(mint, 0)])).join(',')}]`;
    }
    return { status: 200, contentType: JSON_TYPE, body };
  },
};

const server = await serveMarket(market);
process.on('message', () => process.send?.({ requests, tokens, batches, batchTokens }));
process.on('disconnect', () => void server.close());
process.send?.({ url: server.url });

// @ts-check
/**
 * Preloaded into the service: names of the market are resolved as the parent process says, and nobody else is asked. `ok`
 * finds loopback, `fail` finds nothing, `hang` does not answer before the next message; `count` is answered with how many
 * look-ups there were, which is how often a connection was tried.
 */
import dns from 'node:dns';
import { isIP } from 'node:net';

/** @typedef {(error: Error | null, found?: string | { address: string, family: number }[], family?: number) => void} Done */

const own = dns.lookup;
const MARKET = 'market.test';
let line = 'ok';
let count = 0;
/** @type {(() => void)[]} */
const waiting = [];

/** @param {string} name @param {any[]} rest */
function lookup(name, ...rest) {
  /** @type {Done} */
  const done = rest.at(-1);
  const all = rest.length > 1 && rest[0]?.all === true;
  if (isIP(name) !== 0) {
    Reflect.apply(own, dns, [name, ...rest]);
    return;
  }
  const answer = () => {
    if (name === MARKET && line === 'ok') {
      if (all) done(null, [{ address: '127.0.0.1', family: 4 }]);
      else done(null, '127.0.0.1', 4);
    } else
      done(
        Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {
          code: 'ENOTFOUND',
          syscall: 'getaddrinfo',
        }),
      );
  };
  count += 1;
  if (line === 'hang') waiting.push(answer);
  else process.nextTick(answer);
}
dns.lookup = Object.assign(lookup, { __promisify__: own.__promisify__ });

process.on('message', (message) => {
  if (message === 'count') {
    process.send?.({ lookups: count });
    return;
  }
  line = String(message);
  if (line === 'hang') return;
  for (const answer of waiting.splice(0)) answer();
});
// The service ends when it wants to, not when its parent lets go.
process.channel?.unref();

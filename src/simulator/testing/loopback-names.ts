import dns from 'node:dns';
import { isIP } from 'node:net';

/**
 * Puts a resolver in place of `dns.lookup`: names for which `isKnown` says yes are on loopback, all others do not exist.
 * Addresses are left to the machine, which has nobody to ask for them.
 * @returns what puts the machine's own back.
 */
export function useLoopbackNames(isKnown: (name: string) => boolean): () => void {
  const own = dns.lookup;
  const lookup = (name: string, ...rest: unknown[]): void => {
    const done = rest.at(-1) as (error: Error | null, found?: readonly object[]) => void;
    if (isIP(name) !== 0) Reflect.apply(own, dns, [name, ...rest]);
    else if (isKnown(name)) done(null, [{ address: '127.0.0.1', family: 4 }]);
    else done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }));
  };
  dns.lookup = Object.assign(lookup, { __promisify__: own.__promisify__ });
  return () => {
    dns.lookup = own;
  };
}

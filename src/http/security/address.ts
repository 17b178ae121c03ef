import { BlockList, isIP, isIPv4 } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an IP address, `::ffff:127.0.0.1` included, is this machine talking to itself. */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** The three names that a local caller may use, with or without a port. */
export function isLocalHostHeader(host: string | undefined): boolean {
  return host !== undefined && /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i.test(host);
}

const forwardingHeaders = new Set([
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-host',
  'x-original-url',
  'x-original-forwarded-for',
  'x-rewrite-url',
  'x-proxyuser-ip',
  'x-envoy-external-address',
  'x-azure-clientip',
  'true-client-ip',
  'fastly-client-ip',
  'fly-client-ip',
  'client-ip',
  'proxy-client-ip',
  'wl-proxy-client-ip',
  'cdn-loop',
]);

/** The first header that a proxy or a content network leaves behind; null when there is none. Names in lower case. */
export function forwardingHeader(names: Iterable<string>): string | null {
  for (const name of names) {
    if (forwardingHeaders.has(name) || name.startsWith('x-forwarded') || name.startsWith('cf-')) return name;
  }
  return null;
}

/**
 * What counts as one address for limits: an IPv4 address, or the /64 network of an IPv6 address, because whoever has
 * one of its addresses has all of them.
 */
export function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (isIPv4(plain) || isIP(plain) === 0) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const tailGroups = tail === undefined || tail === '' ? [] : tail.split(':');
  while (tail !== undefined && groups.length + tailGroups.length < 8) groups.push('0');
  const network = [...groups, ...tailGroups].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}

import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { AbortedError, TimeoutError } from '../../kernel/index.ts';
import { networkGone, unreachableBy, type HostOutcome } from './network-gone.ts';

const coded = (code: string, more: object = {}): Error => Object.assign(new Error(code), { code, ...more });
const wrapped = (cause: unknown): Error => new Error('fetch failed', { cause });
const reset = coded('ECONNRESET');

const circle = new Error('a');
circle.cause = circle;
const ring = new AggregateError([]);
ring.errors.push(ring, coded('ECONNREFUSED'));
const deep = (levels: number): unknown => (levels === 0 ? coded('ENOTFOUND') : wrapped(deep(levels - 1)));

test.each<[string, unknown, string | null]>([
  ['no such name', coded('ENOTFOUND'), 'dns'],
  ['no resolver', coded('EAI_AGAIN'), 'dns'],
  ['refused', coded('ECONNREFUSED'), 'refused'],
  ['no way to the host', coded('EHOSTUNREACH'), 'unreachable'],
  ['host down', coded('EHOSTDOWN'), 'unreachable'],
  ['no way to its network', coded('ENETUNREACH'), 'unreachable'],
  ['no network', coded('ENETDOWN'), 'unreachable'],
  ['connecting took too long', coded('UND_ERR_CONNECT_TIMEOUT'), 'unreachable'],
  ['connecting timed out in the system', coded('ETIMEDOUT', { syscall: 'connect' }), 'unreachable'],
  ['reading timed out', coded('ETIMEDOUT', { syscall: 'read' }), null],
  ['a timeout of nobody knows what', coded('ETIMEDOUT'), null],
  ['wrapped, as fetch does', wrapped(coded('ECONNREFUSED')), 'refused'],
  ['wrapped with a code of its own', coded('UND_ERR', { cause: coded('ENOTFOUND') }), 'dns'],
  ['wrapped eight times', deep(8), 'dns'],
  ['wrapped nine times', deep(9), null],
  ['a circle of causes', circle, null],
  ['a circle of errors', ring, null],
  ['connecting failed otherwise', coded('EACCES', { syscall: 'connect' }), null],
  ['a reset', reset, null],
  ['a status', Object.assign(new Error('HTTP 503'), { status: 503 }), null],
  ['a name of every object', coded('constructor'), null],
  ['a code that is no text', Object.assign(new Error('x'), { code: 7 }), null],
  ['a text', 'ENOTFOUND', null],
  ['nothing', null, null],
  ['every address refused', new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]), 'refused'],
  [
    'no IPv6 and refused over IPv4',
    Object.assign(new AggregateError([coded('ENETUNREACH'), coded('ECONNREFUSED')]), { code: 'ENETUNREACH' }),
    'refused',
  ],
  ['one address reached', new AggregateError([coded('ECONNREFUSED'), reset]), null],
  ['no address at all', Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), 'refused'],
])('%s', (_, error, why) => {
  expect(unreachableBy(error)).toBe(why);
});

test('what the system says of a port where nobody listens', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const error = await new Promise((resolve) => connect({ host: '127.0.0.1', port }).on('error', resolve));
  expect(unreachableBy(error)).toBe('refused');
});

describe('the network', () => {
  const NOW = 100_000;
  const of = (host: string, error: unknown, agoMs = 0): HostOutcome => ({ host, error, atMs: NOW - agoMs });
  const nobody = 'No host was called of late.';

  test.each<[string, HostOutcome[], boolean, string]>([
    ['nothing known', [], false, nobody],
    ['all answer', [of('a', null), of('b', null)], false, 'a was reached.'],
    [
      'all are missing',
      [of('a', coded('ENOTFOUND')), of('b', coded('ECONNREFUSED')), of('c', coded('EHOSTUNREACH'))],
      true,
      'None of the hosts was reached: a (dns), b (refused), c (unreachable).',
    ],
    ['one is down, one answers', [of('a', coded('ECONNREFUSED')), of('b', null)], false, 'b was reached.'],
    ['one is down, one is ill', [of('a', coded('ECONNREFUSED')), of('b', reset)], false, 'b was reached.'],
    [
      'one was called, and is missing',
      [of('a', coded('ENOTFOUND'))],
      false,
      'a (dns) alone was called and not reached: it may be the host.',
    ],
    ...[
      coded('ECONNREFUSED'),
      coded('EHOSTUNREACH'),
      coded('EHOSTDOWN'),
      coded('UND_ERR_CONNECT_TIMEOUT'),
      coded('ETIMEDOUT', { syscall: 'connect' }),
    ].map((error): [string, HostOutcome[], boolean, string] => [
      `one was called, and gave ${error.message}`,
      [of('a', error)],
      false,
      `a (${String(unreachableBy(error))}) alone was called and not reached: it may be the host.`,
    ]),
    [
      'one was called, and there is no network',
      [of('a', coded('ENETUNREACH'))],
      true,
      'None of the hosts was reached: a (unreachable).',
    ],
    [
      'one was called, and no resolver',
      [of('a', coded('EAI_AGAIN'))],
      true,
      'None of the hosts was reached: a (dns).',
    ],
    [
      'one was called, without IPv6',
      [of('a', new AggregateError([coded('ENETUNREACH'), coded('ECONNREFUSED')]))],
      false,
      'a (refused) alone was called and not reached: it may be the host.',
    ],
    [
      'one was called, without a way by either',
      [of('a', new AggregateError([coded('ENETUNREACH'), coded('ENETUNREACH')]))],
      true,
      'None of the hosts was reached: a (unreachable).',
    ],
    [
      'the last of a host counts',
      [of('a', null, 5), of('b', coded('ENOTFOUND')), of('a', coded('ENOTFOUND'), 1), of('a', null, 2)],
      true,
      'None of the hosts was reached: a (dns), b (dns).',
    ],
    [
      'of two at once the one that is told last',
      [of('a', null), of('a', coded('ENETDOWN'))],
      true,
      'None of the hosts was reached: a (unreachable).',
    ],
    [
      'what is a minute old counts',
      [of('a', null, 60_000), of('b', coded('ENETDOWN'))],
      false,
      'a was reached.',
    ],
    [
      'what is older does not',
      [of('a', null, 60_001), of('b', coded('ENETDOWN'))],
      true,
      'None of the hosts was reached: b (unreachable).',
    ],
    [
      'timeouts and aborts say nothing',
      [
        of('a', new TimeoutError('x', 1)),
        of('b', new AbortedError('x')),
        of('c', coded('ETIMEDOUT')),
        of('d', Object.assign(new Error('x'), { name: 'AbortError' })),
        of('e', Object.assign(new Error('x'), { name: 'HeadersTimeoutError' })),
        of('f', Object.assign(new Error('x'), { name: 'BodyTimeoutError' })),
        of('g', Object.assign(new Error('x'), { name: 'RefusedError' })),
      ],
      false,
      nobody,
    ],
    [
      'a timeout does not hide what was known of its host',
      [of('a', coded('ENETDOWN'), 9), of('a', new TimeoutError('x', 1))],
      true,
      'None of the hosts was reached: a (unreachable).',
    ],
    [
      'a timeout with a cause says what its cause says',
      [of('a', Object.assign(new TimeoutError('x', 1), { cause: coded('ENETDOWN') }))],
      true,
      'None of the hosts was reached: a (unreachable).',
    ],
    [
      'hosts of this machine say nothing',
      [
        'localhost',
        'localhost:5432',
        'db.localhost',
        '127.0.0.1',
        '127.0.0.1:80',
        '127.0.10.255',
        '::1',
        '[::1]',
        '[::1]:80',
      ].map((host) => of(host, null)),
      false,
      nobody,
    ],
    [
      'hosts with names alike are others',
      [of('localhost.example', null)],
      false,
      'localhost.example was reached.',
    ],
    ...[
      '127.example',
      '127.0.0.1.example',
      '10.127.0.0.1',
      '1127.0.0.1',
      '[::1].example',
      'x[::1]',
      '127.0.0.1:80x',
    ].map((host): [string, HostOutcome[], boolean, string] => [
      `${host} is another`,
      [of(host, null)],
      false,
      `${host} was reached.`,
    ]),
  ])('%s', (_, outcomes, gone, reason) => {
    expect(networkGone(outcomes, NOW)).toEqual({ gone, reason });
  });

  test('looks back as far as it is told', () => {
    const outcomes = [of('a', null, 11)];
    expect(networkGone(outcomes, NOW, 11).reason).toBe('a was reached.');
    expect(networkGone(outcomes, NOW, 10).reason).toBe(nobody);
  });
});

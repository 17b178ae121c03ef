import { describe, expect, it } from 'vitest';
import { admit, type RequestFacts } from './admit.ts';

const local: RequestFacts = {
  peer: '127.0.0.1',
  bind: '127.0.0.1',
  host: 'localhost:8000',
  forwardedBy: null,
  httpVersion: '1.1',
  trustLocal: true,
  credential: { kind: 'none' },
  needs: 'admin',
};
const token = (scope: 'read' | 'operate' | 'admin') => ({ kind: 'token', name: 't', scope }) as const;

describe('who is local', () => {
  it.each<[string, Partial<RequestFacts>]>([
    ['IPv4', {}],
    ['IPv6', { peer: '::1', bind: '::1', host: '[::1]:8000' }],
    ['IPv4 inside IPv6', { peer: '::ffff:127.0.0.1', host: '127.0.0.1' }],
    ['another address of the loopback network', { peer: '127.8.9.1', bind: '127.0.0.2' }],
    ['a Host in capitals', { host: 'LocalHost' }],
  ])('%s', (_, change) => {
    expect(admit({ ...local, ...change })).toMatchObject({ allowed: true, via: 'local', scope: 'admin' });
  });

  it.each<[string, Partial<RequestFacts>]>([
    ['a peer elsewhere', { peer: '192.168.1.5' }],
    ['an unknown peer', { peer: '' }],
    ['bound to every address', { bind: '0.0.0.0' }],
    ['bound to every IPv6 address', { bind: '::' }],
    ['not bound yet', { bind: '' }],
    ['a foreign Host', { host: 'rebound.example' }],
    ['a Host that begins like ours', { host: 'localhost.evil.example' }],
    ['a Host that ends like ours', { host: 'evil.localhost' }],
    ['a Host with a user', { host: 'localhost@evil.example' }],
    ['a Host with a strange port', { host: 'localhost:80evil' }],
    ['no Host, or two', { host: undefined }],
    ['a forwarding header', { forwardedBy: 'x-forwarded-for' }],
    ['HTTP/1.0', { httpVersion: '1.0' }],
    ['local callers not trusted', { trustLocal: false }],
  ])('not %s', (_, change) => {
    const admission = admit({ ...local, ...change });
    expect(admission).toMatchObject({ allowed: false, code: 'UNAUTHORIZED' });
    expect(admission.reason).toMatch(/\.$/);
  });
});

describe('what a credential is worth', () => {
  it.each([
    ['read', 'read', true],
    ['read', 'operate', false],
    ['read', 'admin', false],
    ['operate', 'read', true],
    ['operate', 'operate', true],
    ['operate', 'admin', false],
    ['admin', 'read', true],
    ['admin', 'operate', true],
    ['admin', 'admin', true],
    ['read', null, true],
  ] as const)('%s for %s', (scope, needs, allowed) => {
    const admission = admit({ ...local, peer: '10.0.0.1', credential: token(scope), needs });
    expect(admission).toMatchObject(
      allowed ? { allowed, via: 'token', scope } : { allowed, code: 'FORBIDDEN' },
    );
  });

  it('a token says who a local caller is', () => {
    expect(admit({ ...local, credential: token('read') })).toMatchObject({ code: 'FORBIDDEN' });
  });

  it.each([null, 'read'] as const)(
    'a bad or locked token is refused even where a caller without is let in',
    (needs) => {
      expect(admit({ ...local, needs, credential: { kind: 'bad' } })).toMatchObject({ code: 'UNAUTHORIZED' });
      expect(admit({ ...local, needs, credential: { kind: 'locked' } })).toMatchObject({
        code: 'LOCKED_OUT',
      });
    },
  );

  it('anyone may call what needs nothing, and is nobody there', () => {
    expect(admit({ ...local, peer: '10.0.0.1', needs: null })).toMatchObject({
      allowed: true,
      via: 'nobody',
      scope: null,
    });
  });
});

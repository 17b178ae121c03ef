import { describe, expect, it } from 'vitest';
import { readSessionId, sessionCookie } from './cookie.ts';
import { judgeOrigin, safeReturnPath, type OriginFacts } from './same-origin.ts';

const id = 'a'.repeat(43);

describe('cookie', () => {
  it('is out of reach of scripts and other sites', () => {
    expect(sessionCookie(id, false, 60_000)).toBe(
      `mw_session=${id}; Path=/; Max-Age=60; HttpOnly; SameSite=Strict`,
    );
    expect(sessionCookie(id, true, 60_000)).toBe(
      `__Host-mw_session=${id}; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure`,
    );
    expect(sessionCookie(null, false, 60_000)).toContain('mw_session=; Path=/; Max-Age=0');
  });

  it.each([
    [`mw_session=${id}`, id],
    [`a=b; mw_session=${id}; c=d`, id],
    [`mw_session=short; mw_session=${id}`, id],
    [`xmw_session=${id}`, undefined],
    [`mw_session=${id}x`, undefined],
    ['mw_session=', undefined],
    ['mw_session', undefined],
    [';;=;', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j as %j', (header, expected) => {
    expect(readSessionId(header, false)).toBe(expected);
  });

  it('with TLS takes none that plain HTTP could have planted', () => {
    expect(readSessionId(`mw_session=${id}`, true)).toBeUndefined();
    expect(readSessionId(`__Host-mw_session=${id}`, true)).toBe(id);
  });
});

describe('same origin', () => {
  const post: OriginFacts = {
    method: 'POST',
    via: 'cookie',
    origin: undefined,
    fetchSite: undefined,
    ownOrigins: ['http://localhost:8000', 'https://moon.example'],
  };
  it.each<[string, Partial<OriginFacts>, boolean]>([
    ['our page', { origin: 'http://localhost:8000' }, true],
    ['our page behind a proxy', { origin: 'https://moon.example' }, true],
    ['another port', { origin: 'http://localhost:8001' }, false],
    ['another scheme', { origin: 'https://localhost:8000' }, false],
    ['another name of this machine', { origin: 'http://127.0.0.1:8000' }, false],
    ['a hidden origin', { origin: 'null' }, false],
    ['a hidden origin that the browser calls ours', { origin: 'null', fetchSite: 'same-origin' }, false],
    ['an empty origin', { origin: '' }, false],
    ['our page by fetch metadata', { fetchSite: 'same-origin' }, true],
    ['the address bar', { fetchSite: 'none' }, true],
    ['another site', { fetchSite: 'cross-site' }, false],
    ['a neighbour', { fetchSite: 'same-site' }, false],
    ['a program', {}, true],
    ['another site, local', { via: 'local', origin: 'http://evil.example' }, false],
    ['another site, nobody', { via: 'nobody', origin: 'http://evil.example' }, false],
    ['another site with a bearer', { via: 'token', origin: 'http://evil.example' }, true],
    ['another site that only reads', { method: 'GET', origin: 'http://evil.example' }, true],
    ['another site that deletes', { method: 'DELETE', origin: 'http://evil.example' }, false],
  ])('%s', (_, change, ok) => {
    expect(judgeOrigin({ ...post, ...change }).ok).toBe(ok);
  });
});

describe('the path to come back to', () => {
  it.each([
    ['/tokens?q=a%20b', '/tokens?q=a%20b'],
    ['/', '/'],
    ['/a/../b', '/b'],
    [undefined, '/'],
    ['', '/'],
    ['tokens', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/.//evil.example', '/'],
    ['/x/..//evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/\n', '/'],
    ['https://evil.example/', '/'],
    ['javascript:alert(1)', '/'],
    ['/login', '/'],
    ['/login/abc', '/'],
    ['/logout?x', '/'],
    ['/logins', '/logins'],
  ])('%j is %j', (next, expected) => {
    expect(safeReturnPath(next)).toBe(expected);
  });
});

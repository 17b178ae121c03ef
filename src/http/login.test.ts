import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHarness, type Ask, type Harness, type Reply } from './testing/harness.ts';

const minute = 60_000;
let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ host: '0.0.0.0', limits: { requestsPerMinute: 100 } });
});
afterEach(() => harness.server.close());

const cookieOf = (reply: Reply): string => reply.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
const login = (token: string, headers: Record<string, string> = {}): Promise<Reply> =>
  harness.request('/login', { method: 'POST', body: { token }, headers });
const form = (
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Reply> =>
  harness.request(path, {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
const browser = { accept: 'text/html,application/xhtml+xml' };
const wrong = `mw_${'x'.repeat(43)}`;
const told = (): string[] => harness.security.map(({ data }) => data.event);

describe('login with a token', () => {
  it('gives a cookie with the scope of the token', async () => {
    const reply = await login(harness.secrets.operate);
    expect([reply.status, reply.json]).toEqual([200, { via: 'cookie', name: 'operate', scope: 'operate' }]);
    const cookie = cookieOf(reply);
    expect((await harness.request('/api/session', { headers: { cookie } })).json).toEqual(reply.json);
    expect((await harness.request('/admin/tokens', { headers: { cookie } })).status).toBe(403);
    expect(told()).toEqual(['login']);
  });

  it('by a form leads back, and nowhere else', async () => {
    const good = await form('/login', { token: ` ${harness.secrets.read} `, next: '/tokens?q=x' });
    expect([good.status, good.headers.location]).toEqual([303, '/tokens?q=x']);
    const evil = await form('/login', { token: harness.secrets.read, next: '//evil.example' });
    expect(evil.headers.location).toBe('/');
    const bad = await form('/login', { token: wrong, next: '"><script>alert(1)</script>' });
    expect([bad.status, bad.headers['content-type']]).toEqual([401, 'text/html; charset=utf-8']);
    expect(bad.text).toContain('This token is not valid.');
    expect(bad.text).not.toContain('<script>');
  });

  it('ends by logout, by revocation, and when a new login replaces it', async () => {
    const cookie = cookieOf(await login(harness.secrets.read));
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await harness.request('/api/session', { headers })).status;
    expect(await status({ cookie })).toBe(200);
    expect((await harness.request('/logout', { method: 'POST', headers: { cookie } })).status).toBe(204);
    expect(await status({ cookie })).toBe(401);
    const second = cookieOf(await login(harness.secrets.read));
    const third = cookieOf(await login(harness.secrets.read, { cookie: second }));
    expect([await status({ cookie: second }), await status({ cookie: third })]).toEqual([401, 200]);
    const id = harness.access.list().find(({ scope }) => scope === 'read')?.id ?? '';
    const revoked = await harness.request(`/admin/tokens/${id}`, {
      method: 'DELETE',
      token: harness.secrets.admin,
    });
    expect([revoked.status, await status({ cookie: third })]).toEqual([204, 401]);
    expect(told()).toEqual(['login', 'logout', 'login', 'login', 'token-revoked']);
  });

  it('shows a browser the login page where it wanted to go', async () => {
    const reply = await harness.request('/tokens?q=<b>', { headers: browser });
    expect(reply.status).toBe(401);
    expect(reply.text).toContain('name="next" value="/tokens?q=%3Cb%3E"');
    expect((await harness.request('/tokens?q=x', { headers: browser })).text).toContain(
      'value="/tokens?q=x"',
    );
    expect(reply.text).not.toMatch(/src=|https?:/);
    expect(reply.headers['content-security-policy']).toMatch(/style-src 'sha256-[^']+'/);
    const elsewhere = await harness.request('/', { headers: { ...browser, 'sec-fetch-site': 'cross-site' } });
    expect([elsewhere.text.includes('http-equiv="refresh"'), reply.text.includes('http-equiv')]).toEqual([
      true,
      false,
    ]);
  });
});

describe('login by a link', () => {
  it('happens by its button alone, and once', async () => {
    const path = harness.server.mintLoginLink();
    for (let fetched = 0; fetched < 3; fetched++) {
      const shown = await harness.request(path, { headers: browser });
      expect([shown.status, shown.headers['set-cookie']]).toEqual([200, undefined]);
      await harness.request(path, { method: 'HEAD' });
    }
    const used = await form(path, {});
    expect([used.status, used.headers.location]).toEqual([303, '/']);
    const session = await harness.request('/api/session', { headers: { cookie: cookieOf(used) } });
    expect(session.json).toMatchObject({ via: 'cookie', scope: 'admin' });
    const again = await form(path, {});
    expect([again.status, again.headers['set-cookie']]).toEqual([401, undefined]);
    expect(JSON.stringify(harness.logs)).not.toContain(path);
  });

  it('ends after ten minutes', async () => {
    const path = harness.server.mintLoginLink();
    await harness.clock.advance(10 * minute);
    expect((await form(path, {})).status).toBe(401);
  });
});

describe('changes from a browser', () => {
  const own = (): string => `http://127.0.0.1:${harness.port}`;
  it.each<[string, () => Ask['headers'], number]>([
    ['our page', () => ({ origin: own() }), 200],
    ['another site', () => ({ origin: 'http://evil.example' }), 403],
    ['a hidden one', () => ({ origin: 'null' }), 403],
    ['another site by fetch metadata', () => ({ 'sec-fetch-site': 'cross-site' }), 403],
  ])('by cookie from %s', async (_, headers, status) => {
    const cookie = cookieOf(await login(harness.secrets.admin));
    const ask = { method: 'POST', body: { mints: ['x'] }, headers: { cookie, ...headers() } };
    expect((await harness.request('/api/tokens', ask)).status).toBe(status);
    const bearer = { ...ask, token: harness.secrets.admin, headers: headers() ?? {} };
    expect((await harness.request('/api/tokens', bearer)).status).toBe(200);
  });

  it('another site cannot log a browser in', async () => {
    expect((await login(harness.secrets.read, { origin: 'http://evil.example' })).status).toBe(403);
    const path = harness.server.mintLoginLink();
    expect((await form(path, {}, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await form(path, {}, { origin: own() })).status).toBe(303);
  });

  it('another site cannot use that a caller is local', async () => {
    const local = await startHarness();
    const ask = { method: 'POST', body: { mints: ['x'] } };
    const evil = await local.request('/api/tokens', { ...ask, headers: { origin: 'http://evil.example' } });
    const page = await local.request('/api/tokens', {
      ...ask,
      headers: { origin: `http://127.0.0.1:${local.port}` },
    });
    await local.server.close();
    expect([evil.status, page.status]).toEqual([403, 200]);
  });
});

describe('lock-out', () => {
  it('after ten wrong tokens refuses the right one too, until it ends', async () => {
    for (let tries = 0; tries < 10; tries++) {
      const reply =
        tries % 2 === 0 ? await login(wrong) : await harness.request('/api/overview', { token: wrong });
      expect(reply.status).toBe(401);
    }
    const cookies = await login(harness.secrets.read);
    const bearer = await harness.request('/api/overview', { token: harness.secrets.read });
    const link = await form(harness.server.mintLoginLink(), {});
    expect([cookies.status, bearer.status, link.status]).toEqual([429, 429, 429]);
    expect([cookies.headers['retry-after'], bearer.headers['retry-after']]).toEqual(['900', '900']);
    expect(bearer.json).toMatchObject({ code: 'LOCKED_OUT' });
    expect(told()).toEqual(['bad-token', 'lock-out']);
    expect(harness.security[0]?.reason).toContain('10 tokens');
    expect((await harness.request('/health')).status).toBe(200);
    await harness.clock.advance(15 * minute);
    expect((await harness.request('/api/overview', { token: harness.secrets.read })).status).toBe(200);
  });

  it('leaves those alone who are logged in, and does not count their old cookies', async () => {
    const cookie = cookieOf(await login(harness.secrets.read));
    for (let tries = 0; tries < 12; tries++) {
      await harness.request('/api/overview', { headers: { cookie: `mw_session=${'y'.repeat(43)}` } });
    }
    expect((await harness.request('/api/overview', { token: harness.secrets.read })).status).toBe(200);
    for (let tries = 0; tries < 10; tries++) await login(wrong);
    expect((await harness.request('/api/overview', { headers: { cookie } })).status).toBe(200);
  });

  it('counts links and any Authorization header', async () => {
    for (let tries = 0; tries < 5; tries++) {
      await form('/login/guess', {});
      await harness.request('/api/overview', { headers: { authorization: 'Basic eDp5' } });
    }
    expect((await login(harness.secrets.read)).status).toBe(429);
  });
});

describe('rate limit', () => {
  it('holds an address that is not local, and says until when', async () => {
    const replies: number[] = [];
    for (let count = 0; count < 101; count++) replies.push((await harness.request('/health/live')).status);
    expect(replies.filter((status) => status === 200).length).toBe(100);
    const held = await harness.request('/health/live', { token: harness.secrets.admin });
    expect([held.status, held.headers['retry-after']]).toEqual([429, '1']);
    expect(held.json).toMatchObject({ code: 'RATE_LIMITED' });
    await harness.clock.advance(minute);
    expect((await harness.request('/health/live')).status).toBe(200);
  });

  it('does not hold local callers', async () => {
    const local = await startHarness({ limits: { requestsPerMinute: 2 } });
    const replies = [];
    for (let count = 0; count < 5; count++) replies.push((await local.request('/health/live')).status);
    await local.server.close();
    expect(new Set(replies)).toEqual(new Set([200]));
  });
});

describe('access tokens', () => {
  it('are made, shown once, used, noted and revoked', async () => {
    const { admin } = harness.secrets;
    const made = await harness.request('/admin/tokens', {
      method: 'POST',
      token: admin,
      body: { name: 'prometheus', scope: 'read' },
    });
    const { id, secret } = made.json as { id: string; secret: string };
    expect(made.status).toBe(201);
    await harness.clock.advance(1_000);
    expect((await harness.request('/api/overview', { token: secret })).status).toBe(200);
    const listed = await harness.request('/admin/tokens', { token: admin });
    expect(listed.text).not.toMatch(/hash|mw_/);
    expect((listed.json as { items: unknown[] }).items).toContainEqual({
      id,
      name: 'prometheus',
      scope: 'read',
      createdAt: harness.clock.now() - 1_000,
      lastUsedAt: harness.clock.now(),
    });
    await harness.request(`/admin/tokens/${id}`, { method: 'DELETE', token: admin });
    expect((await harness.request('/api/overview', { token: secret })).status).toBe(401);
    expect(told()).toEqual(['token-created', 'token-revoked']);
    expect(JSON.stringify([harness.security, harness.logs])).not.toContain(secret);
  });
});

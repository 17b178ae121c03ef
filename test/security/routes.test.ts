import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problem } from '../../src/contract/index.ts';
import { routes } from '../../src/http/testing/routes.ts';
import { startHarness, type Ask, type Harness } from '../../src/http/testing/harness.ts';

// Written by hand, so that a row of the route table that loses its scope is noticed.
type Needs = 'nobody' | 'read' | 'operate' | 'admin';
interface Expected {
  readonly needs: Needs;
  readonly good: number;
  readonly ask?: (harness: Harness) => Promise<{ path?: string } & Ask> | ({ path?: string } & Ask);
}

const makeToken = async (harness: Harness): Promise<string> => {
  const made = await harness.request('/admin/tokens', {
    method: 'POST',
    token: harness.secrets.admin,
    body: { name: 'short-lived', scope: 'read' },
  });
  return (made.json as { id: string }).id;
};
const someMint = (harness: Harness): string => harness.view.summaries[0]?.mint ?? '';

const expected: Record<string, Expected> = {
  'GET /health': { needs: 'nobody', good: 200 },
  'GET /health/live': { needs: 'nobody', good: 200 },
  'GET /health/ready': { needs: 'nobody', good: 200 },
  'GET /api/incidents': { needs: 'read', good: 200 },
  'GET /api/incidents/:id': { needs: 'read', good: 200, ask: () => ({ path: '/api/incidents/i7' }) },
  'GET /admin/performance/recommendations': { needs: 'read', good: 200 },
  'GET /health/tokens': { needs: 'read', good: 200 },
  'GET /health/detailed': { needs: 'read', good: 200 },
  'GET /health/resources': { needs: 'read', good: 200 },
  'GET /health/scheduler': { needs: 'read', good: 200 },
  'GET /health/performance': { needs: 'read', good: 200 },
  'GET /health/recovery': { needs: 'read', good: 200 },
  'POST /admin/recover': { needs: 'operate', good: 202, ask: () => ({ body: { action: 'reconnect' } }) },
  'GET /api/rules': { needs: 'read', good: 200 },
  'GET /health/database': { needs: 'read', good: 200 },
  'GET /api/overview': { needs: 'read', good: 200 },
  'GET /api/tokens': { needs: 'read', good: 200 },
  'POST /api/tokens': { needs: 'operate', good: 200, ask: () => ({ body: { mints: ['x'] } }) },
  'GET /api/tokens/:mint': { needs: 'read', good: 200, ask: (h) => ({ path: `/api/tokens/${someMint(h)}` }) },
  'GET /api/tokens/:mint/history': {
    needs: 'read',
    good: 200,
    ask: (h) => ({ path: `/api/tokens/${someMint(h)}/history` }),
  },
  'GET /api/tokens/:mint/explain': {
    needs: 'read',
    good: 200,
    ask: (h) => ({ path: `/api/tokens/${someMint(h)}/explain` }),
  },
  'POST /api/tokens/:mint/refresh': {
    needs: 'operate',
    good: 200,
    ask: (h) => ({ path: `/api/tokens/${someMint(h)}/refresh` }),
  },
  'GET /api/flow': { needs: 'read', good: 200 },
  'GET /api/flow/stuck': { needs: 'read', good: 200 },
  'GET /api/flow/failed': { needs: 'read', good: 200 },
  'POST /api/flow/release': {
    needs: 'operate',
    good: 200,
    ask: () => ({ body: { reason: 'the drop is real' } }),
  },
  'GET /api/export/markets': { needs: 'read', good: 200 },
  'GET /api/journal': { needs: 'read', good: 200 },
  'GET /metrics': { needs: 'read', good: 200 },
  'GET /api/signals': { needs: 'read', good: 200 },
  'GET /api/signals/:name': { needs: 'read', good: 200, ask: () => ({ path: '/api/signals/backlog' }) },
  'GET /api/jobs': { needs: 'read', good: 200 },
  'GET /api/jobs/:name': { needs: 'read', good: 200, ask: () => ({ path: '/api/jobs/hot' }) },
  'POST /api/jobs/:name/run': { needs: 'operate', good: 200, ask: () => ({ path: '/api/jobs/hot/run' }) },
  'POST /api/jobs/:name/restart': {
    needs: 'operate',
    good: 200,
    ask: () => ({ path: '/api/jobs/hot/restart', body: { why: 'it hangs' } }),
  },
  'POST /api/jobs/:name/park': {
    needs: 'operate',
    good: 200,
    ask: () => ({ path: '/api/jobs/hot/park', body: { why: 'maintenance' } }),
  },
  'POST /api/jobs/:name/unpark': {
    needs: 'operate',
    good: 200,
    ask: () => ({ path: '/api/jobs/hot/unpark', body: { why: 'it is over' } }),
  },
  'POST /api/scheduler/restart': { needs: 'operate', good: 200, ask: () => ({ body: { why: 'it hangs' } }) },
  'GET /api/events': { needs: 'read', good: 200 },
  'GET /api/session': { needs: 'read', good: 200 },
  'POST /login': { needs: 'nobody', good: 200, ask: (h) => ({ body: { token: h.secrets.read } }) },
  'GET /login/:link': { needs: 'nobody', good: 200, ask: () => ({ path: '/login/whatever' }) },
  'POST /login/:link': { needs: 'nobody', good: 303, ask: (h) => ({ path: h.server.mintLoginLink() }) },
  'POST /logout': { needs: 'read', good: 204 },
  'POST /admin/db/backup': { needs: 'admin', good: 201 },
  'GET /admin/config': { needs: 'admin', good: 200 },
  'POST /admin/config': {
    needs: 'admin',
    good: 200,
    ask: () => ({ body: { set: { 'log.level': 'debug' } } }),
  },
  'GET /admin/tokens': { needs: 'admin', good: 200 },
  'POST /admin/tokens': { needs: 'admin', good: 201, ask: () => ({ body: { name: 'new', scope: 'read' } }) },
  'DELETE /admin/tokens/:id': {
    needs: 'admin',
    good: 204,
    ask: async (h) => ({ path: `/admin/tokens/${await makeToken(h)}` }),
  },
  'GET /docs': { needs: 'read', good: 200 },
  'GET /docs/json': { needs: 'read', good: 200 },
  'GET /': { needs: 'read', good: 200 },
  'GET /*': { needs: 'read', good: 200, ask: () => ({ path: '/tokens/some-page' }) },
};

const credentials = ['none', 'wrong', 'read', 'operate', 'admin', 'revoked'] as const;
type Credential = (typeof credentials)[number];

const situations = {
  'on loopback': { bind: '127.0.0.1', headers: {}, local: true },
  'on loopback, through a proxy': {
    bind: '127.0.0.1',
    headers: { 'x-forwarded-for': '203.0.113.9' },
    local: false,
  },
  'on loopback, with a foreign Host': {
    bind: '127.0.0.1',
    headers: { host: 'rebound.example' },
    local: false,
  },
  'bound to every address': { bind: '0.0.0.0', headers: {}, local: false },
} as const;

const order: readonly Needs[] = ['nobody', 'read', 'operate', 'admin'];

/** What must come back, by the words of the requirement and not by the code. */
function oracle({ needs, good }: Expected, credential: Credential, local: boolean): number {
  if (credential === 'wrong' || credential === 'revoked') return 401;
  const has: Needs = credential === 'none' ? (local ? 'admin' : 'nobody') : credential;
  if (order.indexOf(has) >= order.indexOf(needs)) return good;
  return credential === 'none' ? 401 : 403;
}

const many = 1e9;
const harnesses = new Map<string, Harness>();
beforeAll(async () => {
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const limits = { failures: many, failuresOverall: many, requestsPerMinute: many };
    harnesses.set(host, await startHarness({ host, limits }));
  }
});
afterAll(async () => {
  for (const { server } of harnesses.values()) await server.close();
});

it('knows every route, and no route that is not there', () => {
  expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(expected).sort());
});

for (const [situation, { bind, headers, local }] of Object.entries(situations)) {
  describe(situation, () => {
    for (const [name, row] of Object.entries(expected)) {
      it.each(credentials)(`${name} with the token: %s`, async (credential) => {
        const harness = harnesses.get(bind) as Harness;
        const { path, ...ask } = (await row.ask?.(harness)) ?? {};
        const [method = '', pattern = ''] = name.split(' ');
        const token = { none: undefined, wrong: `mw_${'x'.repeat(43)}`, ...harness.secrets }[credential];
        const reply = await harness.request(path ?? pattern, { ...ask, method, token, headers });
        expect(reply.status).toBe(oracle(row, credential, local));
        expect(reply.headers['x-correlation-id']).toMatch(/^[0-9a-f]{32}$/);
        expect(reply.headers['content-security-policy']).toContain("default-src 'none'");
        if (reply.status >= 400) {
          expect(reply.headers['content-type']).toContain('application/problem+json');
          expect(problem.parse(reply.json).status).toBe(reply.status);
        }
      });
    }
  });
}

it.each(['/health', '/health/live', '/health/ready'])('%s tells strangers the status alone', async (path) => {
  const harness = harnesses.get('0.0.0.0') as Harness;
  expect(Object.keys((await harness.request(path)).json as object)).toEqual(['status']);
});

it('refuses what is not in the table as it refuses the rest', async () => {
  const harness = harnesses.get('0.0.0.0') as Harness;
  for (const path of [
    '/api/nope',
    '/metrics/nope',
    '/docs/yaml',
    '/docs/static/index.html',
    '/../etc/passwd',
    '//evil.example',
  ]) {
    expect((await harness.request(path)).status, path).toBe(401);
  }
  expect((await harness.request('/api/tokens', { method: 'PUT' })).status).toBe(401);
  expect((await harness.request('/api/tokens', { method: 'OPTIONS' })).status).toBe(401);
});

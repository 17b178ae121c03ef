// Over 350 lines because a server with all that may be asked of it is one subject.
import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { problem } from '../contract/index.ts';
import { currentContext } from '../kernel/index.ts';
import { createFakeAccess } from './testing/fake-view.ts';
import { startHarness, type Harness } from './testing/harness.ts';
import type { HttpServerOptions } from './options.ts';

const clean: (() => unknown)[] = [];
const start = async (options?: Partial<HttpServerOptions>): Promise<Harness> => {
  const harness = await startHarness(options);
  clean.push(() => harness.server.close());
  return harness;
};
afterEach(async () => {
  for (const each of clean.splice(0)) await each();
});

it('tells of what was answered by the pattern of its route, and of event streams not', async () => {
  const answered: [string, boolean][] = [];
  const harness = await start({
    onAnswered: (route, durationMs, ok) => {
      expect(durationMs).toBeGreaterThan(0);
      answered.push([route, ok]);
    },
  });
  await harness.request('/api/tokens/no-mint', { token: harness.secrets.read });
  harness.view.resources = () => {
    throw new Error('broken');
  };
  await harness.request('/health/resources', { token: harness.secrets.read });
  await harness.request('/nowhere/at/all');
  const stream = await fetch(`${harness.url}/api/events`, {
    headers: { authorization: `Bearer ${harness.secrets.read}` },
  });
  await stream.body?.cancel();
  await harness.server.close();
  expect(answered).toEqual([
    ['GET /api/tokens/:mint', true],
    ['GET /health/resources', false],
    ['GET /*', true],
  ]);
});

describe('listening', () => {
  it('needs a token for an address that others can reach', async () => {
    for (const host of ['0.0.0.0', '::', '', '192.0.2.1', 'moon.example']) {
      await expect(start({ host, access: createFakeAccess() }), host).rejects.toMatchObject({
        code: 'HOST_NEEDS_TOKEN',
      });
    }
    expect((await start({ host: 'localhost', access: createFakeAccess() })).url).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+$/,
    );
  });

  it('says which port is taken', async () => {
    const other: Server = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    clean.push(() => other.close());
    const { port } = other.address() as AddressInfo;
    await expect(start({ port })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: `Another program listens on 127.0.0.1:${port}.`,
    });
  });

  it('says that an address is not one of this machine', async () => {
    await expect(start({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('closes at once, twice, also before it listened, and with connections open', async () => {
    const harness = await start();
    const socket = connect(harness.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.on('error', () => undefined);
    await Promise.all([harness.server.close(), harness.server.close()]);
    await expect(harness.request('/health')).rejects.toThrow();
    expect(harness.clock.pending).toBe(0);
  });

  it('speaks TLS, with a cookie that plain HTTP never carries', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'mw-tls-'));
    clean.push(() => rmSync(dir, { recursive: true }));
    const [keyFile, certFile] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    try {
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-days',
          '2',
          '-subj',
          '/CN=localhost',
          '-keyout',
          keyFile,
          '-out',
          certFile,
        ],
        { stdio: 'ignore' },
      );
    } catch {
      return; // No openssl on this machine.
    }
    const { port, url, secrets } = await start({ tls: { certFile, keyFile } });
    expect(url).toMatch(/^https:/);
    const body = JSON.stringify({ token: secrets.read });
    const headers = { 'content-type': 'application/json', origin: `https://127.0.0.1:${port}` };
    const cookie = await new Promise<string | undefined>((resolve, reject) => {
      httpsRequest(
        {
          host: '127.0.0.1',
          port,
          path: '/login',
          method: 'POST',
          headers,
          rejectUnauthorized: false,
          agent: false,
        },
        (response) => {
          response.resume();
          resolve(response.headers['set-cookie']?.[0]);
        },
      )
        .on('error', reject)
        .end(body);
    });
    expect(cookie).toMatch(/^__Host-mw_session=.*; Secure$/);
    await expect(start({ tls: { certFile: '/nonexistent', keyFile } })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });
});

describe('health', () => {
  it.each([
    ['healthy', 200],
    ['degraded', 200],
    ['unknown', 200],
    ['critical', 503],
  ] as const)('%s is %i', async (status, code) => {
    const { view, request } = await start();
    view.setOverview({ status });
    const reply = await request('/health');
    expect([reply.status, (reply.json as { status: string }).status]).toEqual([code, status]);
    expect((await request('/health/live')).status).toBe(200);
  });

  it('is ready or not, with the reason for those who may know it', async () => {
    const { view, request } = await start();
    view.setReady({ status: 'not-ready', reason: 'The database is being repaired.' });
    const local = await request('/health/ready');
    expect([local.status, local.json]).toEqual([
      503,
      { status: 'not-ready', reason: 'The database is being repaired.' },
    ]);
    const stranger = await request('/health/ready', { headers: { via: '1.1 proxy' } });
    expect([stranger.status, stranger.json]).toEqual([503, { status: 'not-ready' }]);
  });
});

describe('errors', () => {
  it('of the unknown kind tell the caller nothing and the log everything but secrets', async () => {
    const { view, request, logs, secrets } = await start();
    view.overview = () => {
      throw new Error('password=hunter2 in /home/me/db.sqlite');
    };
    const reply = await request('/api/overview?token=query-secret', { token: secrets.read });
    expect(reply.status).toBe(500);
    const told = problem.parse(reply.json);
    expect(told).toMatchObject({
      code: 'INTERNAL',
      todo: expect.stringContaining('correlation id') as string,
    });
    expect(reply.text).not.toContain('hunter2');
    expect(reply.headers['x-correlation-id']).toBe(told.correlationId);
    const line = logs.find(({ level }) => level === 'error');
    expect(line?.fields).toMatchObject({ correlationId: told.correlationId, route: '/api/overview' });
    expect(JSON.stringify(logs)).toContain('hunter2');
    expect(JSON.stringify(logs)).not.toMatch(new RegExp(`${secrets.read}|query-secret`));
  });

  it('an answer that breaks its schema is an internal error', async () => {
    const { view, request } = await start();
    view.overview = () => ({ secret: 1 }) as never;
    const reply = await request('/api/overview');
    expect([reply.status, (reply.json as { code: string }).code]).toEqual([500, 'INTERNAL']);
  });

  it('an error that somebody else gave a status says nothing about the caller', async () => {
    const { view, request } = await start();
    view.overview = () => {
      throw Object.assign(new Error('upstream'), { statusCode: 404 });
    };
    expect((await request('/api/overview')).status).toBe(500);
  });

  it('answers Prometheus with its own kind of text', async () => {
    const { view, request } = await start();
    const reply = await request('/metrics');
    expect(reply).toMatchObject({ status: 200, text: view.metrics() });
    expect(reply.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it.each([
    ['GET', '/api/nope', 404, 'NOT_FOUND'],
    ['GET', '/app.js', 404, 'NOT_FOUND'],
    ['PUT', '/api/tokens', 405, 'METHOD_NOT_ALLOWED'],
    ['OPTIONS', '/api/tokens', 405, 'METHOD_NOT_ALLOWED'],
    ['HEAD', '/api/events', 404, 'NOT_FOUND'],
    ['POST', '/nothing/here', 404, 'NOT_FOUND'],
    ['GET', `/api/tokens/${'1'.repeat(32)}`, 404, 'TOKEN_UNKNOWN'],
    ['GET', `/api/tokens/${'1'.repeat(32)}/history`, 404, 'TOKEN_UNKNOWN'],
    ['GET', '/api/tokens/short', 400, 'MINT_INVALID'],
    ['GET', '/api/tokens?limit=0', 400, 'REQUEST_INVALID'],
    ['GET', '/api/tokens?q=a&q=b', 400, 'REQUEST_INVALID'],
    ['DELETE', '/admin/tokens/nobody', 404, 'NOT_FOUND'],
  ])('%s %s is %i %s', async (method, path, status, code) => {
    const { request } = await start();
    const reply = await request(path, { method });
    expect(reply.status).toBe(status);
    if (method !== 'HEAD') expect(problem.parse(reply.json)).toMatchObject({ code, status });
    if (status === 405) expect(reply.headers.allow).toBeTruthy();
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('name the fields that are wrong', async () => {
    const { request } = await start();
    const reply = await request('/api/tokens?limit=0&sort=x');
    expect(
      problem
        .parse(reply.json)
        .faults?.map(({ path }) => path)
        .sort(),
    ).toEqual(['query.limit', 'query.sort']);
  });
});

describe('bodies', () => {
  it('over the limit are refused, with or without their length', async () => {
    const { request, port } = await start({ limits: { bodyBytes: 1_000, importBytes: 2_000 } });
    const large = { name: 'x'.repeat(1_500), scope: 'read' };
    const reply = await request('/admin/tokens', { method: 'POST', body: large });
    expect([reply.status, problem.parse(reply.json).code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    const text = await raw(
      port,
      `POST /admin/tokens HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5dc\r\n${'x'.repeat(1_500)}\r\n0\r\n\r\n`,
    );
    expect(text).toContain('413 Payload Too Large');
    expect(
      (
        await request('/api/tokens', {
          method: 'POST',
          body: { mints: ['x'.repeat(150), 'y'.repeat(1_300).slice(0, 200)] },
        })
      ).status,
    ).toBe(200);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    '',
  ])('of the type %j are refused', async (type) => {
    const { request } = await start();
    const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
    const reply = await request('/api/tokens', { method: 'POST', body: '{"mints":["x"]}', headers });
    expect([reply.status, problem.parse(reply.json).code]).toEqual([415, 'MEDIA_TYPE_UNSUPPORTED']);
  });

  it.each(['{', '', 'null', '[]', '{"mints":1}', '{"__proto__":{"a":1},"mints":["x"]}', '\u0000'])(
    '%j is not valid',
    async (body) => {
      const { request } = await start();
      const reply = await request('/api/tokens', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect([reply.status, problem.parse(reply.json).code]).toEqual([400, 'REQUEST_INVALID']);
    },
  );

  it('of the largest import the contract allows pass', async () => {
    const { request } = await start();
    const mints = Array.from({ length: 10_000 }, () => '1'.repeat(44));
    expect((await request('/api/tokens', { method: 'POST', body: { mints } })).status).toBe(200);
  });
});

describe('correlation', () => {
  it('takes the trace of the caller and hands it to the work', async () => {
    const { view, request } = await start();
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    let seen: string | undefined;
    view.importTokens = async () => {
      await Promise.resolve();
      seen = currentContext().correlationId;
      return { added: [], duplicates: 0, rejected: [] };
    };
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` };
    const reply = await request('/api/tokens', { method: 'POST', body: { mints: ['x'] }, headers });
    expect([reply.headers['x-correlation-id'], seen]).toEqual([trace, trace]);
    expect((await request('/health')).headers['x-correlation-id']).toMatch(/^[0-9a-f]{32}$/);
  });
});

/** Sends bytes as they are; gives what comes back before the connection ends. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let got = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      got += chunk;
      if (got.includes('\r\n\r\n')) socket.end();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(got);
    });
  });
}

describe('what is hardly HTTP', () => {
  it.each([
    ['GET / HTTP/1.1\r\nhost: localhost\r\nx: ' + 'y'.repeat(20_000) + '\r\n\r\n', '431'],
    [`GET /${'y'.repeat(20_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`, '431'],
    ['\u0000\u0001\r\n\r\n', '400'],
    ['GET /api/tokens/%zz HTTP/1.1\r\nhost: localhost\r\n\r\n', '400'],
    ['GET / HTTP/1.1\r\n\r\n', '400'],
    ['GET /api/overview HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n\r\n', '40'],
    ['GET /api/overview HTTP/1.0\r\nhost: localhost\r\n\r\n', '401'],
    ['GET http://evil.example/api/overview HTTP/1.1\r\nhost: evil.example\r\n\r\n', '40'],
  ])('%#', async (text, status) => {
    const { port } = await start();
    const reply = await raw(port, text);
    expect(reply).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
    expect(reply).not.toContain('"counts"');
    if (status === '431')
      expect(problem.parse(JSON.parse(reply.split('\r\n\r\n')[1] ?? '')).status).toBe(431);
  });

  it('a caller that never finishes its headers is cut off', async () => {
    const { port } = await start({ limits: { headersTimeoutMs: 100, requestTimeoutMs: 200 } });
    const reply = await raw(port, 'GET /health HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
    expect(reply).toContain('408 Request Timeout');
  }, 15_000);
});

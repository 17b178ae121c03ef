import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { judgePagePath } from './handlers/dashboard.ts';
import { startHarness, type Harness } from './testing/harness.ts';

const dir = mkdtempSync(join(tmpdir(), 'mw-dashboard-'));
const index = join(dir, 'index.html');
let harness: Harness;
beforeAll(async () => {
  mkdirSync(join(dir, 'assets'));
  writeFileSync(index, '<!doctype html><title>Moonwarden</title>');
  writeFileSync(join(dir, 'assets/index-BcD3fGh1.js'), 'export {}');
  writeFileSync(join(dir, 'favicon.svg'), '<svg/>');
  writeFileSync(join(dir, '.env'), 'SECRET=1');
  writeFileSync(`${dir}-secret.txt`, 'secret');
  symlinkSync('/etc', join(dir, 'linked'));
  harness = await startHarness({ dashboardDir: dir });
});
afterAll(async () => {
  await harness.server.close();
  rmSync(dir, { recursive: true });
  rmSync(`${dir}-secret.txt`);
});

it.each(['/', '/index.html', '/tokens', '/tokens/abc?x=1'])('%s is the page, never cached', async (path) => {
  const reply = await harness.request(path);
  expect([reply.status, reply.text]).toEqual([200, '<!doctype html><title>Moonwarden</title>']);
  expect(reply.headers['cache-control']).toBe('no-cache');
  const csp = reply.headers['content-security-policy'];
  expect(csp).toContain("script-src 'self';");
  expect(csp).toContain("style-src-attr 'unsafe-inline'");
  expect(csp).toContain("frame-ancestors 'none'");
});

it('puts a new nonce where the page asks for one, and then allows no other style element', async () => {
  writeFileSync(index, '<meta name="nonce" content="__MOONWARDEN_NONCE__">');
  const [first, second] = [await harness.request('/'), await harness.request('/')];
  const nonce = /content="([\w-]{22})"/.exec(first.text)?.[1] ?? 'none';
  expect(first.headers['content-security-policy']).toContain(`style-src-elem 'self' 'nonce-${nonce}';`);
  expect(second.text).not.toBe(first.text);
  writeFileSync(index, '<!doctype html><title>Moonwarden</title>');
});

it('a file whose name changes with its content is kept for ever, another one is asked for again', async () => {
  const hashed = await harness.request('/assets/index-BcD3fGh1.js');
  expect([hashed.status, hashed.headers['cache-control']]).toEqual([
    200,
    'public, max-age=31536000, immutable',
  ]);
  expect(hashed.headers['content-type']).toMatch(/javascript/);
  expect((await harness.request('/favicon.svg')).headers['cache-control']).toBe('public, max-age=0');
});

it.each([
  '/missing.js',
  '/.env',
  '/assets/',
  '/assets/..%2f..%2fsecret.txt',
  '/..%2fsecret.txt',
  `/%2e%2e/${dir.split('/').pop() ?? ''}-secret.txt`,
  '/..%5csecret.txt',
  '/a%00.js',
  '/api/x',
  '/health/x',
  '/docs/x',
  '/admin',
])('%s gives nothing', async (path) => {
  const reply = await harness.request(path);
  expect(reply.text).not.toMatch(/SECRET|^secret/);
  if (path !== '/assets/') expect(reply.status).toBe(404);
});

it('says how to build the page when there is none', async () => {
  const other = await startHarness();
  const reply = await other.request('/');
  await other.server.close();
  expect([reply.status, reply.text.includes('npm run build')]).toEqual([200, true]);
});

it.each([
  ['', 'page'],
  ['tokens/x', 'page'],
  ['app.js', 'file'],
  ['api', 'nothing'],
  ['apis', 'page'],
  ['a/../b', 'nothing'],
  ['.well-known/x', 'nothing'],
])('%j is a %s', (path, what) => {
  expect(judgePagePath(path)).toBe(what);
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problem } from '../../src/contract/index.ts';
import { startHarness, type Ask, type Harness, type Reply } from '../../src/http/testing/harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.server.close());

/** Never an error of ours; whatever fails, fails as a problem that repeats nothing of a harmful input. */
function expectCalm(reply: Reply, what: string): void {
  expect(reply.status < 500 || reply.status === 503, `${reply.status} for ${what}`).toBe(true);
  if (reply.status >= 400 && reply.text !== '') problem.parse(reply.json);
  expect(harness.logs.filter(({ level }) => level === 'error' || level === 'critical')).toEqual([]);
}

const ask = async (path: string, options?: Ask): Promise<Reply> => {
  const reply = await harness.request(path, options);
  expectCalm(reply, JSON.stringify(path.slice(0, 200)));
  return reply;
};

describe('mints', () => {
  it.each([
    '%00',
    '%0d%0aset-cookie:%20a=b',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e',
    '%c0%af',
    '%ff%fe',
    '%zz',
    '%',
    '__proto__',
    'constructor',
    'toString',
    'null',
    '0',
    "'%20OR%201=1--",
    '%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    '$(reboot)',
    '%F0%9F%8C%99',
    '1'.repeat(31),
    '1'.repeat(45),
    '1'.repeat(10_000),
    `${'1'.repeat(32)}%0a`,
    `${'1'.repeat(31)}0`,
  ])('%#', async (mint) => {
    for (const path of [`/api/tokens/${mint}`, `/api/tokens/${mint}/history`]) {
      const reply = await ask(path);
      expect([400, 404]).toContain(reply.status);
      expect(reply.text).not.toContain('<script>');
      expect(reply.headers['set-cookie']).toBeUndefined();
    }
  });
});

// What travels in a request line: anything but white space and control characters, which Node's client refuses.
const wild = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }).map(encodeSafely),
  fc.string({ unit: 'grapheme-ascii', maxLength: 60 }).map((text) => text.replace(/[\s#]/g, '%')),
  fc.constantFrom('__proto__', 'a[b]=c', '%', '%u0041', '....//', ';', '1e999', '-0', 'NaN', '9'.repeat(400)),
);
function encodeSafely(text: string): string {
  return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
}

const paths = [
  '/api/tokens',
  '/api/journal',
  '/api/tokens/x/history',
  '/api/events',
  '/health',
  '/',
  '/docs/json',
];
const keys = [
  'status',
  'q',
  'minScore',
  'sort',
  'limit',
  'cursor',
  'before',
  'subject',
  'type',
  'range',
  'lastEventId',
];

it('no path brings it down', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/api/tokens/', '/', '/docs/', '/login/', '/assets/', '/health/'),
      wild,
      async (start, text) => {
        await ask(start + text);
      },
    ),
    { numRuns: 250 },
  );
});

it('no query brings it down', async () => {
  const pair = fc
    .tuple(fc.oneof(fc.constantFrom(...keys), wild), wild)
    .map(([key, value]) => `${key}=${value}`);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fc.array(pair, { maxLength: 6 }), async (path, pairs) => {
      await ask(`${path}?${pairs.join('&')}`);
    }),
    { numRuns: 250 },
  );
});

it('no header brings it down', async () => {
  const names = [
    'traceparent',
    'cookie',
    'accept',
    'last-event-id',
    'origin',
    'sec-fetch-site',
    'host',
    'if-none-match',
    'range',
    'content-type',
    'x-forwarded-for',
    'accept-encoding',
    'expect',
  ];
  const value = fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    maxLength: 200,
  });
  const headers = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 5 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), headers, async (path, given) => {
      await ask(path, { headers: given }).catch((error: unknown) => {
        // Node's client refuses some of its own.
        if (!/Invalid|socket hang up|Parse Error/.test(String(error))) throw error;
      });
    }),
    { numRuns: 250 },
  );
});

it('no body brings it down', async () => {
  const bodies = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc.json().map((text) => `{"mints":${text},"token":${text},"name":${text},"scope":"read"}`),
    fc.string({ unit: 'binary', maxLength: 100 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/api/tokens', '/admin/tokens', '/logout'),
      bodies,
      fc.boolean(),
      async (path, body, isForm) => {
        const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
        await ask(path, { method: 'POST', body, headers: { 'content-type': type } });
      },
    ),
    { numRuns: 200 },
  );
});

it('a name that could harm a line or a page is refused or comes back as JSON alone', async () => {
  for (const name of ['a\nb', 'a\u0000b', 'a\u202eb', 'a\u001b[31m', ' ', '']) {
    expect((await ask('/admin/tokens', { method: 'POST', body: { name, scope: 'read' } })).status, name).toBe(
      400,
    );
  }
  const script = await ask('/admin/tokens', { method: 'POST', body: { name: '<script>', scope: 'read' } });
  expect([script.status, script.headers['content-type']]).toEqual([201, 'application/json; charset=utf-8']);
});

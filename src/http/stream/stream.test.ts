import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { JournalDraft } from '../../contract/index.ts';
import { startHarness, type Harness } from '../testing/harness.ts';

const draft = (text: string): JournalDraft => ({
  type: 'service.stopped',
  at: 0,
  subject: null,
  reason: text,
  data: { cause: 'test' },
});

interface Event {
  readonly event: string;
  readonly id: number | undefined;
  readonly data: unknown;
}

/** A reader as a browser is one: it remembers the last id. */
class Reader {
  readonly events: Event[] = [];
  text = '';
  ended = false;
  response: IncomingMessage | undefined;
  readonly #request: ClientRequest;

  constructor(port: number, headers: Record<string, string>, path = '/api/events') {
    this.#request = httpRequest({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      this.response = response;
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        this.text += chunk;
        const parts = this.text.split('\n\n');
        this.text = parts.pop() ?? '';
        for (const part of parts) this.#take(part);
      });
      response.on('close', () => (this.ended = true));
      response.on('error', () => (this.ended = true));
    });
    this.#request.on('error', () => (this.ended = true));
    this.#request.end();
  }

  get seqs(): number[] {
    return this.events.filter(({ event }) => event === 'journal').map(({ id }) => id ?? -1);
  }

  /** Waits until `condition` holds; in real time, because the socket is real. */
  async until(condition: () => boolean, what: string): Promise<void> {
    await vi.waitFor(() => expect(condition(), what).toBe(true), { interval: 2, timeout: 5_000 });
  }

  cut(): void {
    this.#request.destroy();
  }

  #take(part: string): void {
    const fields = new Map(
      part.split('\n').map((line) => [line.split(':', 1)[0] ?? '', line.replace(/^[^:]*: ?/, '')]),
    );
    const id = fields.get('id');
    const event = fields.get('event') ?? (fields.has('retry') ? 'retry' : 'comment');
    this.events.push({
      event,
      id: id === undefined ? undefined : Number(id),
      data: JSON.parse(fields.get('data') ?? 'null'),
    });
  }
}

let harness: Harness;
let readers: Reader[] = [];
const open = (headers: Record<string, string> = {}, path?: string): Reader => {
  const reader = new Reader(harness.port, headers, path);
  readers.push(reader);
  return reader;
};
beforeEach(async () => {
  harness = await startHarness({ limits: { streams: 50, replayEntries: 500 } });
});
afterEach(async () => {
  for (const reader of readers) reader.cut();
  readers = [];
  await harness.server.close();
});

it('begins with how to come back and the state, then tells what happens', async () => {
  const reader = open();
  await reader.until(() => reader.events.length === 2, 'the beginning');
  harness.view.append(draft('one'), draft('two'));
  harness.view.setOverview({ sentence: 'Degraded.' });
  harness.view.touchTokens(harness.view.summaries.slice(0, 1));
  await reader.until(() => reader.events.length === 6, 'all');
  expect(reader.events.map(({ event, id }) => [event, id])).toEqual([
    ['retry', undefined],
    ['state', undefined],
    ['journal', 61],
    ['journal', 62],
    ['state', undefined],
    ['tokens', undefined],
  ]);
  expect(reader.events[4]?.data).toMatchObject({ sentence: 'Degraded.' });
  expect(reader.response?.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
});

it('a reader that is cut anywhere and comes back gets each entry once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(4), fc.nat(4), fc.boolean()), { maxLength: 8 }),
      async (lives) => {
        const from = harness.view.lastSeq();
        const got: number[] = [];
        let last = from;
        for (const [before, during, byQuery] of lives) {
          harness.view.append(...Array.from({ length: before }, () => draft('away')));
          const reader = byQuery
            ? open({}, `/api/events?lastEventId=${last}`)
            : open({ 'last-event-id': String(last) });
          // The cut falls between any two of them.
          for (let count = 0; count < during; count++) harness.view.append(draft('live'));
          const wanted = last + Math.floor((harness.view.lastSeq() - last + 1) / 2);
          await reader.until(
            () => (reader.seqs.at(-1) ?? last) >= wanted && reader.events.length > 1,
            `${wanted}`,
          );
          reader.cut();
          got.push(...reader.seqs);
          last = got.at(-1) ?? from;
        }
        const reader = open({ 'last-event-id': String(last) });
        await reader.until(
          () => (reader.seqs.at(-1) ?? last) >= harness.view.lastSeq() && reader.events.length > 1,
          'end',
        );
        got.push(...reader.seqs);
        reader.cut();
        expect(got).toEqual(
          Array.from({ length: harness.view.lastSeq() - from }, (_, index) => from + 1 + index),
        );
      },
    ),
    { numRuns: 25 },
  );
});

it('says what a reader missed for good, and goes on from the newest', async () => {
  harness.view.append(...Array.from({ length: 600 }, () => draft('x')));
  const reader = open({ 'last-event-id': '10' });
  await reader.until(() => reader.events.length === 3, 'gap');
  expect(reader.events[2]).toEqual({ event: 'journal-gap', id: 660, data: { from: 11, to: 660 } });
  harness.view.append(draft('next'));
  await reader.until(() => reader.seqs.length === 1, 'live');
  expect(reader.seqs).toEqual([661]);
});

it('takes junk as a last id for none', async () => {
  const reader = open({ 'last-event-id': 'x'.repeat(3_000) });
  await reader.until(() => reader.events.length === 2, 'start');
  harness.view.append(draft('next'));
  await reader.until(() => reader.seqs.length === 1, 'live');
  expect(reader.seqs).toEqual([61]);
});

it('beats every 15 s, and ends within a beat of the token being revoked', async () => {
  const reader = open({ authorization: `Bearer ${harness.secrets.read}` });
  await reader.until(() => reader.events.length === 2, 'start');
  await harness.clock.advance(15_000);
  await reader.until(() => reader.events.at(-1)?.event === 'comment', 'beat');
  const id = harness.access.list().find(({ scope }) => scope === 'read')?.id ?? '';
  await harness.access.revoke(id);
  expect(reader.ended).toBe(false);
  await harness.clock.advance(15_000);
  await reader.until(() => reader.ended, 'end');
});

it('ends within a beat of the logout', async () => {
  const login = await harness.request('/login', { method: 'POST', body: { token: harness.secrets.read } });
  const cookie = login.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const reader = open({ cookie });
  await reader.until(() => reader.events.length === 2, 'start');
  await harness.request('/logout', { method: 'POST', headers: { cookie } });
  await harness.clock.advance(15_000);
  await reader.until(() => reader.ended, 'end');
});

it('closes a reader that takes nothing, and keeps the others', async () => {
  const slow = open();
  const quick = open();
  await slow.until(() => slow.events.length === 2, 'start');
  slow.response?.pause();
  const rows = Array.from({ length: 2_000 }, () => harness.view.summaries[0]).filter(
    (row) => row !== undefined,
  );
  for (let count = 0; count < 40 && !slow.ended; count++) {
    const before = quick.events.length;
    harness.view.touchTokens(rows);
    await quick.until(() => quick.events.length > before, 'rows');
  }
  slow.response?.resume();
  await slow.until(() => slow.ended, 'end of the slow one');
  expect(quick.ended).toBe(false);
});

it('a burst of entries larger than the buffer is no reason to close a quick reader', async () => {
  const reader = open();
  await reader.until(() => reader.events.length === 2, 'start');
  harness.view.append(...Array.from({ length: 400 }, (_, index) => draft(`${index}`.repeat(5_000))));
  await reader.until(() => reader.seqs.length === 400, 'burst');
  expect(reader.ended).toBe(false);
});

it('takes no more than its number of readers', async () => {
  const all = Array.from({ length: 50 }, () => open());
  for (const reader of all) await reader.until(() => reader.events.length === 2, 'start');
  const refused = await harness.request('/api/events');
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '10']);
  expect(refused.json).toMatchObject({ code: 'STREAMS_FULL' });
  all[0]?.cut();
  await vi.waitFor(async () => expect((await harness.request('/api/events')).status).toBe(200));
});

it('one that cannot begin is ended, so that its reader comes again and its place is free', async () => {
  const { overview } = harness.view;
  harness.view.overview = () => {
    throw new Error('broken');
  };
  for (let opened = 0; opened < 60; opened++) expect((await harness.request('/api/events')).status).toBe(200);
  harness.view.overview = overview;
  const reader = open();
  await reader.until(() => reader.events.length === 2, 'start');
});

it('ends with the server, which then leaves no timer and no listener', async () => {
  const reader = open();
  await reader.until(() => reader.events.length === 2, 'start');
  await harness.server.close();
  await reader.until(() => reader.ended, 'end');
  expect([harness.view.listeners, harness.clock.pending]).toEqual([0, 0]);
});

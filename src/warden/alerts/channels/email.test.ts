import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { alertOf, manyOf, noticeOf } from '../testing/notices.ts';
import { email } from './email.ts';
import { deliver, open } from './testing/deliver.ts';
import { parseMail, partsOf } from './testing/mail.ts';

const fire = noticeOf({ kind: 'firing', update: false });
const never = new AbortController().signal;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A real mail server on loopback, and what it took. */
async function startServer(options: SMTPServerOptions = {}) {
  const mails: { readonly raw: string; readonly to: readonly string[] }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push({
          raw: Buffer.concat(chunks).toString('latin1'),
          to: session.envelope.rcptTo.map(({ address }) => address),
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  closing.push(
    () =>
      new Promise<void>((resolve) => {
        server.close(resolve);
      }),
  );
  return { mails, port: (listening.address() as AddressInfo).port };
}

const settings = (port: number, more: object = {}) => ({
  host: '127.0.0.1',
  port,
  from: 'Night watch <watch@example.com>',
  to: ['ada@example.com', 'Bob <bob@example.com>'],
  ...more,
});

const failing = (responseCode: number, text: string): Error =>
  Object.assign(new Error(text), { responseCode });

describe('a mail', () => {
  test('says the same as text and as HTML, and carries the list', async () => {
    const { mails, port } = await startServer();
    const channel = await open(email, settings(port));
    const delivery = await deliver(channel, manyOf(10_000, 'Token {n} «ünïcode» <b>is</b> late'));
    const [one] = mails;
    const mail = parseMail(one?.raw ?? '');
    expect(delivery).toEqual({ kind: 'sent', ref: mail.headers['message-id'] });
    expect(one?.to).toEqual(['ada@example.com', 'bob@example.com']);
    expect(mail.headers).toMatchObject({
      subject: 'CRITICAL on trader-1: 10,000 alerts (1 critical, 39 errors, 9,960 warnings)',
      from: 'Night watch <watch@example.com>',
      to: 'ada@example.com, Bob <bob@example.com>',
      'auto-submitted': 'auto-generated',
      'x-priority': '1 (Highest)',
    });
    const [text, list] = partsOf(mail, 'text/plain');
    const [html] = partsOf(mail, 'text/html');
    expect(text?.text).toContain('Token 0 «ünïcode» <b>is</b> late');
    expect(html?.text).toContain('Token 0 «ünïcode» &lt;b&gt;is&lt;/b&gt; late');
    expect(html?.text).not.toContain('<b>');
    expect(list?.headers['content-disposition']).toContain('alerts.txt');
    expect(list?.text.trimEnd().split(/\r?\n/)).toHaveLength(10_000);
  });

  test('has one name however often it is tried, and refers to the first of its thread', async () => {
    const { mails, port } = await startServer();
    const channel = await open(email, settings(port));
    const first = await deliver(channel, fire, { key: 'one' });
    await deliver(channel, fire, { key: 'one' });
    const thread = first.kind === 'sent' ? first.ref : null;
    await deliver(channel, fire, { key: 'two', thread });
    await deliver(channel, { ...fire, thread: null }, { key: 'three' });
    const [a, b, c, d] = mails.map(({ raw }) => parseMail(raw).headers);
    expect(a?.['message-id']).toMatch(/^<notice\.[\da-f]{32}@example\.com>$/);
    expect(b?.['message-id']).toBe(a?.['message-id']);
    expect(c?.['message-id']).not.toBe(a?.['message-id']);
    const root = a?.['references'] ?? '';
    expect(root).toMatch(/^<thread\.[\da-f]{32}@example\.com>$/);
    expect(a?.['in-reply-to']).toBe(root);
    expect(c).toMatchObject({ 'in-reply-to': thread, references: `${root} ${thread}` });
    expect(d).not.toHaveProperty('references');
    expect(d).not.toHaveProperty('in-reply-to');
  });

  test('takes no header and no recipient from what a stranger named', async () => {
    const { mails, port } = await startServer();
    const channel = await open(email, settings(port, { to: ['ada@example.com'] }));
    const evil = 'Hi\r\nBcc: eve@example.com\r\n\r\n.\r\nMAIL FROM:<eve@example.com>';
    await deliver(
      channel,
      noticeOf({ kind: 'firing', update: false }, [alertOf({ summary: evil, cause: evil })]),
    );
    expect(mails).toHaveLength(1);
    expect(mails[0]?.to).toEqual(['ada@example.com']);
    expect(parseMail(mails[0]?.raw ?? '').headers).not.toHaveProperty('bcc');
  });

  test('goes to those whom the server takes, and says whom it does not', async () => {
    const { mails, port } = await startServer({
      onRcptTo({ address }, _session, done) {
        done(address.startsWith('bob') ? failing(550, 'no such user') : null);
      },
    });
    const channel = await open(email, settings(port));
    expect(await deliver(channel, fire)).toMatchObject({
      kind: 'sent',
      why: 'The server takes nothing for bob@example.com.',
    });
    expect(mails).toHaveLength(1);
  });
});

test('what is given up while it is put together is not sent later', async () => {
  const { mails, port } = await startServer();
  const channel = await open(email, settings(port));
  const stop = new AbortController();
  const pending = deliver(channel, fire, { signal: stop.signal });
  stop.abort();
  expect(await pending).toMatchObject({ kind: 'later' });
  await deliver(channel, fire, { key: 'next' });
  expect(mails).toHaveLength(1);
});

describe('what goes wrong', () => {
  test('a login that is refused is for a person, and the password is not told', async () => {
    const { port } = await startServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth({ username, password }, _session, done) {
        done(
          username === 'ann' && password === 'right-one' ? null : failing(535, `bad password ${password}`),
          {
            user: username,
          },
        );
      },
    });
    const wrong = await open(email, settings(port, { user: 'ann', password: 'wrong-one' }));
    const delivery = await deliver(wrong, fire);
    expect(delivery).toMatchObject({
      kind: 'dead',
      why: expect.stringContaining('Correct `user`') as string,
    });
    expect(delivery.why).not.toContain('wrong-one');
    expect(await wrong.check?.(never)).toMatchObject({ ok: false });
    const right = await open(email, settings(port, { user: 'ann', password: 'right-one' }));
    expect((await deliver(right, fire)).kind).toBe('sent');
    expect(await right.check?.(never)).toEqual({ ok: true, why: '127.0.0.1 answers and knows the user.' });
  });

  test('greylisting: later', async () => {
    let asked = 0;
    const { mails, port } = await startServer({
      onRcptTo(_address, _session, done) {
        asked += 1;
        done(asked <= 2 ? failing(451, '4.7.1 Greylisted, come back') : null);
      },
    });
    const channel = await open(email, settings(port));
    expect(await deliver(channel, fire)).toMatchObject({ kind: 'later', retryAfterMs: null });
    expect(await deliver(channel, fire)).toMatchObject({ kind: 'sent' });
    expect(mails).toHaveLength(1);
  });

  test.each([
    [
      'no such user',
      {
        onRcptTo: (_a, _s, done) => {
          done(failing(550, 'no such user'));
        },
      },
      'dead',
      'Correct `to`',
    ],
    [
      'a sender that may not',
      {
        onMailFrom: (_a, _s, done) => {
          done(failing(553, 'not yours'));
        },
      },
      'dead',
      'Correct `from`',
    ],
    [
      'a full mailbox',
      {
        onRcptTo: (_a, _s, done) => {
          done(failing(552, 'full'));
        },
      },
      'later',
      'full',
    ],
    [
      'a server that is busy',
      {
        onConnect: (_s, done) => {
          done(failing(421, 'busy'));
        },
      },
      'later',
      'busy',
    ],
    [
      'a content that is not wanted',
      {
        onData: (stream, _s, done) => {
          stream.resume();
          stream.on('end', () => {
            done(failing(554, 'spam'));
          });
        },
      },
      'refused',
      'spam',
    ],
    [
      'a full disk',
      {
        onData: (stream, _s, done) => {
          stream.resume();
          stream.on('end', () => {
            done(failing(452, 'no space'));
          });
        },
      },
      'later',
      'no space',
    ],
  ] satisfies [string, SMTPServerOptions, string, string][])('%s', async (_, options, kind, why) => {
    const { port } = await startServer(options);
    const channel = await open(email, settings(port));
    expect(await deliver(channel, fire)).toMatchObject({ kind, why: expect.stringContaining(why) as string });
  });

  test('TLS that is required and not offered: for a person', async () => {
    const { port } = await startServer();
    const channel = await open(email, settings(port, { require_tls: true }));
    expect(await deliver(channel, fire)).toMatchObject({
      kind: 'dead',
      why: expect.stringContaining('`secure`') as string,
    });
  });

  test('a password goes to another machine only in TLS', async () => {
    const { mails, port } = await startServer({
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => {
        done(null, { user: 'ann' });
      },
    });
    const login = { user: 'ann', password: 'secret-one' };
    // Another name of loopback, which as a name could be any machine.
    const away = await open(email, settings(port, { ...login, host: '127.1' }));
    expect(await deliver(away, fire)).toMatchObject({
      kind: 'dead',
      why: expect.stringContaining('`secure`') as string,
    });
    expect(mails).toEqual([]);
    const here = await open(email, settings(port, login));
    expect((await deliver(here, fire)).kind).toBe('sent');
  });

  test('a certificate that nobody vouches for is not trusted', async () => {
    const { mails, port } = await startServer({ secure: true, disabledCommands: [] });
    const channel = await open(email, settings(port, { secure: true }));
    const delivery = await deliver(channel, fire);
    expect(delivery).toMatchObject({ why: expect.stringMatching(/certificate/i) as string });
    expect(delivery.kind).not.toBe('sent');
    expect(mails).toEqual([]);
  });

  test('nobody listens: later', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const channel = await open(email, settings(port));
    expect(await deliver(channel, fire)).toMatchObject({
      kind: 'later',
      why: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  test.each([
    ['before its greeting', (): string => ''],
    ['after it', (): string => '220 here\r\n'],
  ])('a server that hangs %s: given up when told so, and after its time', async (_, greeting) => {
    let ended = 0;
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('close', () => (ended += 1));
      socket.resume();
      socket.write(greeting());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const channel = await open(email, settings(port, { timeout: '1s' }));
    const stop = new AbortController();
    const pending = deliver(channel, fire, { signal: stop.signal });
    await once(server, 'connection');
    stop.abort();
    expect(await deliver(channel, fire, { signal: stop.signal })).toMatchObject({ kind: 'later' });
    expect(await pending).toMatchObject({
      kind: 'later',
      why: expect.stringContaining('given up') as string,
    });
    expect(await deliver(channel, fire)).toMatchObject({
      kind: 'later',
      why: '127.0.0.1 took longer than 1 s.',
    });
    await expect.poll(() => ended).toBe(2);
  });
});

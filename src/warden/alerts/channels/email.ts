import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { z } from 'zod';
import { onAbort, withTimeout } from '../../../kernel/index.ts';
import { duration, flag, integer, text } from '../../config/index.ts';
import type { Message } from '../message.ts';
import type { Notice } from '../notice.ts';
import { plainText } from '../plain-text.ts';
import type { ChannelType } from './channel.ts';
import { htmlOf } from './email-html.ts';
import { mailFailure } from './email-outcome.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|::1)$/i;
/** Over it servers begin to refuse; the first lines are the worst. */
const MAX_ATTACHMENT = 5_000_000;

const address = () =>
  text({ max: 320 }).refine(
    (one) =>
      /^(?:[^\r\n<>,;"]+<)?[^\s<>,;@"()]+@[^\s<>,;@"()]+>?$/.test(one) &&
      one.includes('<') === one.endsWith('>'),
    { message: 'must be one address such as "ada@example.com" or "Night watch <watch@example.com>"' },
  );

const schema = z.strictObject({
  host: text({ max: 253 }),
  port: integer({ min: 1, max: 65_535 }).default(587),
  /** TLS from the beginning (465). Else it begins with STARTTLS where the server offers it. */
  secure: flag().default(false),
  /** Nothing is sent without TLS. Default: where a password would be seen on the way to another machine. */
  require_tls: flag().nullable().default(null),
  user: text().nullable().default(null),
  password: text({ max: 2_000 }).nullable().default(null),
  from: address(),
  to: z.array(address()).min(1, 'must name at least one address').max(50),
  /** For all of a delivery. */
  timeout: duration({ minMs: 1_000, maxMs: 300_000 }).default(30_000),
});

/** A mail, as nodemailer takes it. Pure. */
function mailOf(
  notice: Pick<Notice, 'thread'>,
  message: Message,
  options: {
    readonly from: string;
    readonly to: readonly string[];
    readonly key: string;
    readonly first: string | null;
  },
) {
  const { from, to, key, first } = options;
  const domain = /@([^>]+)>?$/.exec(from)?.[1] ?? 'localhost';
  const idOf = (kind: string, of: string): string =>
    `<${kind}.${createHash('sha256').update(of).digest('hex').slice(0, 32)}@${domain}>`;
  // Readers of mail gather what refers to the same, also when that never came.
  const root = notice.thread === null ? null : idOf('thread', notice.thread);
  const references = [root, first].filter((one) => one !== null);
  const { attachment } = message;
  return {
    from,
    to: [...to],
    subject: message.title,
    messageId: idOf('notice', key),
    ...(references.length === 0 ? {} : { inReplyTo: first ?? root ?? '', references }),
    text: plainText(message),
    html: htmlOf(message),
    priority: message.mood === 'critical' ? ('high' as const) : ('normal' as const),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    attachments:
      attachment === null
        ? []
        : [
            {
              filename: attachment.name,
              content: attachment.text.slice(0, MAX_ATTACHMENT),
              contentType: 'text/plain; charset=utf-8',
            },
          ],
    // What is told is text; it never names a file or an address to be fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Sends mail through a server: HTML and text, the notices of one group in one thread. */
export const email: ChannelType<typeof schema> = {
  type: 'email',
  about: 'Sends mail (HTML and text) through a mail server, the notices of one group in one thread.',
  schema,
  async create(settings, { clock, name }) {
    const { createTransport } = await import('nodemailer');
    const { host, port, secure, user, password, from, to, timeout } = settings;
    const secrets = [password];

    /** Nodemailer cannot be stopped; its socket can. */
    function transportOf(signal: AbortSignal) {
      let socket: Socket | undefined;
      const transport = createTransport({
        host,
        port,
        secure,
        requireTLS: settings.require_tls ?? (user !== null && !LOOPBACK.test(host)),
        ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
        connectionTimeout: timeout,
        greetingTimeout: timeout,
        socketTimeout: timeout,
        getSocket(_options, done) {
          // It asks for one when the mail is put together, which may be after it was given up.
          if (signal.aborted) {
            done(new Error('It was given up before there was a connection'));
            return;
          }
          let asked = true;
          const answer = (error: Error | null): void => {
            if (!asked) return;
            asked = false;
            if (error === null) done(null, { connection: opened });
            else done(error);
          };
          const opened = connect({ host, port });
          socket = opened;
          // It stays: an error after nodemailer has let go of the socket is nobody's.
          opened.on('error', answer);
          opened.once('connect', () => {
            answer(null);
          });
          opened.once('close', () => {
            answer(new Error('The connection was closed'));
          });
        },
      });
      const forget = onAbort(signal, () => socket?.destroy());
      return {
        transport,
        end() {
          forget();
          transport.close();
          socket?.destroy();
        },
      };
    }

    const during = <T>(
      what: string,
      parent: AbortSignal,
      work: (transport: ReturnType<typeof transportOf>['transport']) => Promise<T>,
    ): Promise<T> =>
      withTimeout(
        clock,
        timeout,
        what,
        async (signal) => {
          const opened = transportOf(signal);
          try {
            return await work(opened.transport);
          } finally {
            opened.end();
          }
        },
        parent,
      );

    return {
      async deliver(notice, message, { key, thread, signal }) {
        try {
          const mail = mailOf(notice, message, { from, to, key, first: thread });
          const { rejected } = await during('sending mail', signal, (transport) => transport.sendMail(mail));
          const why =
            rejected.length === 0 ? {} : { why: `The server takes nothing for ${rejected.join(', ')}.` };
          return { kind: 'sent', ref: mail.messageId, ...why };
        } catch (error) {
          return mailFailure(error, host, name, secrets);
        }
      },
      async check(signal) {
        try {
          await during('looking at the mail server', signal, (transport) => transport.verify());
          return { ok: true, why: `${host} answers${user === null ? '' : ' and knows the user'}.` };
        } catch (error) {
          return { ok: false, why: mailFailure(error, host, name, secrets).why ?? '' };
        }
      },
    };
  },
};

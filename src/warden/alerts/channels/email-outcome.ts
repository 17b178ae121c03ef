import { AbortedError, TimeoutError, describeError } from '../../../kernel/index.ts';
import { oneLine, sentence, shorten } from '../words.ts';
import type { Delivery } from './channel.ts';
import { hide } from './secrets.ts';

const MAX_QUOTED = 300;

/** What of an error of nodemailer counts. */
interface SmtpFailure {
  /** Of nodemailer: `EAUTH`, `EENVELOPE`, `ETLS`, ... */
  readonly code: string;
  /** What the server answered: 250 to 599; null when it did not. */
  readonly status: number | null;
  /** At which command: `CONN`, `AUTH PLAIN`, `MAIL FROM`, `RCPT TO`, `DATA`, ... */
  readonly command: string;
}

interface Row {
  readonly when: (failure: SmtpFailure) => boolean;
  readonly kind: 'later' | 'refused' | 'dead';
  /** What a person does about it. */
  readonly todo?: string;
}

const isPermanent = ({ status }: SmtpFailure): boolean => status !== null && status >= 500;

/** The first that holds tells what an error means (RFC 5321, RFC 4954). */
const TABLE: readonly Row[] = [
  // Busy, greylisted, a mailbox that is full for now, and a login that is out of order for now.
  { when: ({ status }) => status !== null && status >= 400 && status < 500, kind: 'later' },
  {
    when: ({ code, status }) => code === 'EAUTH' || [530, 534, 535, 538].includes(status ?? 0),
    kind: 'dead',
    todo: 'Correct `user` and `password`; some providers want a password made for programs.',
  },
  {
    when: ({ code }) => code === 'ETLS' || code === 'EREQUIRETLS',
    kind: 'dead',
    todo: 'Correct `secure` and `port`: 465 with `secure`, 587 without.',
  },
  // Sent elsewhere it would never come here, and the next message would not either.
  {
    when: (failure) => isPermanent(failure) && failure.command === 'MAIL FROM',
    kind: 'dead',
    todo: 'Correct `from`: the server does not let this address send.',
  },
  // A full mailbox is emptied some day.
  { when: ({ status, command }) => status === 552 && command === 'RCPT TO', kind: 'later' },
  {
    when: (failure) => isPermanent(failure) && failure.command === 'RCPT TO',
    kind: 'dead',
    todo: 'Correct `to`: the server takes nothing for these addresses.',
  },
  {
    when: (failure) => isPermanent(failure) && /^(?:CONN|EHLO|HELO)$/.test(failure.command),
    kind: 'dead',
    todo: 'Correct `host`: this server does not talk to this machine.',
  },
  // Too large, or its content is not wanted.
  { when: isPermanent, kind: 'refused' },
  { when: ({ code }) => code === 'EMESSAGE', kind: 'refused' },
];

/** What an error of sending mail means for a notice. Pure. */
export function mailFailure(
  error: unknown,
  host: string,
  name: string,
  secrets: readonly (string | null)[],
): Delivery {
  const told = (text: string): string => shorten(oneLine(hide(text, secrets)), MAX_QUOTED);
  if (error instanceof TimeoutError)
    return { kind: 'later', why: `${host} took longer than ${error.limitMs / 1_000} s.`, retryAfterMs: null };
  if (error instanceof AbortedError)
    return {
      kind: 'later',
      why: 'It was given up: the service stops or waits no longer.',
      retryAfterMs: null,
    };
  const failure = failureOf(error);
  const why = `${host}: ${sentence(told(describeError(error)))}`;
  const row = TABLE.find(({ when }) => when(failure));
  if (row === undefined || row.kind === 'later') return { kind: 'later', why, retryAfterMs: null };
  return { kind: row.kind, why: row.todo === undefined ? why : `${why} ${row.todo} (Channel ${name}.)` };
}

function failureOf(error: unknown): SmtpFailure {
  if (!(error instanceof Error)) return { code: '', status: null, command: '' };
  const { code, responseCode, command, rejectedErrors } = error as Error & Readonly<Record<string, unknown>>;
  // When all recipients are rejected each has its own answer; while one may be taken later, there is hope.
  const each = Array.isArray(rejectedErrors) ? rejectedErrors.map(failureOf) : [];
  const status = each.find((one) => one.status !== null && one.status < 500)?.status ?? responseCode;
  return {
    code: typeof code === 'string' ? code : '',
    status: typeof status === 'number' ? status : null,
    command: typeof command === 'string' ? command : '',
  };
}

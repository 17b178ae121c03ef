import { Agent, request, type FormData } from 'undici';
import { AbortedError, TimeoutError, describeError, withTimeout, type Clock } from '../../../kernel/index.ts';
import { parseRetryAfter } from '../../resilience/index.ts';
import { oneLine, sentence, shorten } from '../words.ts';
import type { Delivery } from './channel.ts';
import { decoded, hide, secretsOf } from './secrets.ts';

/** Enough to see what is wrong; the rest of an answer is not read. */
const MAX_ANSWER_BYTES = 64 * 1_024;
const MAX_QUOTED = 200;

/** What is sent. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | FormData;
  /** What `why` must not tell, beside the address. */
  readonly secrets?: readonly (string | null | undefined)[];
}

/** What came back: an answer, or why there is none. Neither tells a secret. */
export type HttpOutcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** At most 64 KiB of it. */
      readonly body: string;
      readonly retryAfterMs: number | null;
      /** The beginning of the body in one line, for people. */
      readonly quoted: string;
    }
  | { readonly kind: 'none'; readonly why: string };

/** The HTTP of one channel. */
export interface Http {
  /** Never rejects; ends when `signal` is aborted or the timeout has passed. */
  send(what: HttpRequest, signal: AbortSignal): Promise<HttpOutcome>;
  close(): Promise<void>;
}

/** Redirects are not followed, connections are not kept: notices are rare, and a connection kept too long loses one. */
export function createHttp(clock: Clock, timeoutMs: number): Http {
  // A request that runs longer than the clock allows is aborted; undici's own limits would hide a fake clock's.
  const agent = new Agent({ pipelining: 0, headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 0 } });
  return {
    async send(what, parent) {
      const secrets = [...(what.secrets ?? []), ...secretsOf(what.url)];
      const told = (text: string): string => oneLine(hide(text, secrets));
      const { host } = new URL(what.url);
      try {
        return await withTimeout(
          clock,
          timeoutMs,
          `the request to ${host}`,
          async (signal) => {
            const { statusCode, headers, body } = await request(withoutUser(what.url), {
              method: what.method,
              headers: { 'user-agent': 'moonwarden', ...userOf(what.url), ...what.headers },
              ...(what.body === undefined ? {} : { body: what.body }),
              dispatcher: agent,
              signal,
            });
            const text = await readBounded(body);
            return {
              kind: 'answer',
              status: statusCode,
              body: text,
              retryAfterMs: parseRetryAfter(first(headers['retry-after']), clock.now()) ?? null,
              quoted: shorten(told(text), MAX_QUOTED),
            } as const;
          },
          parent,
        );
      } catch (error) {
        return { kind: 'none', why: shorten(told(failureText(error, host, timeoutMs)), 2 * MAX_QUOTED) };
      }
    },
    close: () => agent.destroy(),
  };
}

function failureText(error: unknown, host: string, timeoutMs: number): string {
  if (error instanceof TimeoutError) return `${host} has not answered within ${timeoutMs / 1_000} s.`;
  if (error instanceof AbortedError)
    return `The request to ${host} was given up: the service stops or waits no longer.`;
  return `${host} was not reached: ${sentence(describeError(error))}`;
}

function withoutUser(url: string): string {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare.href;
}

function userOf(url: string): Record<string, string> {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return {};
  const pair = `${decoded(username)}:${decoded(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

const first = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

async function readBounded(stream: AsyncIterable<Uint8Array> & { destroy(): unknown }): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= MAX_ANSWER_BYTES) break;
  }
  stream.destroy();
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
}

/** What a channel adds to what all of HTTP has in common. */
export interface DeliveryHints {
  /** Who answers: "The webhook". */
  readonly who: string;
  /** What a person does about 401 and 403. */
  readonly denied: string;
  /** What a person does about 404, 410 and a redirect. */
  readonly gone: string;
  /** How the receiver calls what it took. */
  readonly ref?: (body: string) => string | null;
  /** Where the receiver says in the body how long to wait. */
  readonly retryAfterMs?: (body: string) => number | null;
  /** What had to be left out. */
  readonly leftOut?: string | null;
}

/** What an outcome of HTTP means for a notice. Pure. */
export function deliveryOf(outcome: HttpOutcome, hints: DeliveryHints): Delivery {
  const { who } = hints;
  if (outcome.kind === 'none') return { kind: 'later', why: outcome.why, retryAfterMs: null };
  const { status, body, quoted } = outcome;
  const answered =
    quoted === '' ? `${who} answered ${status}.` : `${who} answered ${status}: ${sentence(quoted)}`;
  if (status >= 200 && status < 300) {
    const ref = hints.ref?.(body) ?? null;
    return { kind: 'sent', ref, ...(hints.leftOut == null ? {} : { why: hints.leftOut }) };
  }
  if (status === 401 || status === 403 || status === 407)
    return { kind: 'dead', why: `${answered} ${hints.denied}` };
  if (status === 404 || status === 410) return { kind: 'dead', why: `${answered} ${hints.gone}` };
  if (status >= 300 && status < 400)
    return {
      kind: 'dead',
      why: `${who} answered ${status}, a redirect, which is not followed. ${hints.gone}`,
    };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const inBody = hints.retryAfterMs?.(body) ?? null;
    const inHeader = outcome.retryAfterMs;
    // Nothing undercuts the longer one.
    const retryAfterMs =
      inBody === null || inHeader === null ? (inBody ?? inHeader) : Math.max(inBody, inHeader);
    return { kind: 'later', why: answered, retryAfterMs };
  }
  return { kind: 'refused', why: answered };
}

/** What an answer in JSON has under a name; undefined when it is no JSON, or has not. */
export function inJson(body: string, name: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null
      ? Object.entries(parsed).find(([key]) => key === name)?.[1]
      : undefined;
  } catch {
    return undefined;
  }
}

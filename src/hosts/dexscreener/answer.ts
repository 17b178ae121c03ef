import type { Failure } from '../../warden/resilience/index.ts';
import { MalformedAnswerError } from './wire.ts';
import type { DexAnswer } from './transport.ts';

/** DexScreener answered, but not with what was asked for. */
export class DexAnswerError extends Error {
  override readonly name = 'DexAnswerError';
  readonly status: number;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, status: number, retryAfterMs?: number) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

const DEFAULT_RETRY_AFTER_MS = 3_000;

/**
 * The JSON of an answer. A 404 means "no pairs" and reads as an empty list.
 * @throws DexAnswerError for any other status that is no success, and for what is not JSON.
 */
export function readJson(answer: DexAnswer, nowMs: number): unknown {
  const { status, body } = answer;
  if (status === 404) return [];
  if (status === 429) {
    throw new DexAnswerError('asks for fewer requests (429)', status, retryAfterMs(answer.retryAfter, nowMs));
  }
  if (status < 200 || status > 299) throw new DexAnswerError(`answered ${status}${htmlHint(answer)}`, status);
  if (!/\bjson\b/i.test(answer.contentType)) {
    throw new DexAnswerError(
      `answered ${answer.contentType || 'no content type'} instead of JSON${htmlHint(answer)}`,
      status,
    );
  }
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new DexAnswerError(`answered broken JSON (${body.length} characters)`, status);
  }
}

/** How old an answer already was when it came, in ms: what a cache on its way tells by the `Age` header. */
export function ageOfAnswer({ age }: DexAnswer): number {
  const seconds = Number(age ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, OLDEST_ANSWER_S) * 1_000 : 0;
}

const OLDEST_ANSWER_S = 86_400;

/** What a failed call means: worth another try, or not. */
export function classifyDexError(error: unknown): Failure {
  if (error instanceof DexAnswerError) {
    if (error.status === 429)
      return { kind: 'throttled', retryAfterMs: error.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS };
    return { kind: error.status >= 500 ? 'transient' : 'persistent' };
  }
  return { kind: error instanceof MalformedAnswerError ? 'persistent' : 'transient' };
}

function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

function htmlHint({ body }: DexAnswer): string {
  if (!/^\s*</.test(body)) return '';
  return /just a moment|cloudflare|ray id|security verification/i.test(body.slice(0, 4_000))
    ? ' (a Cloudflare challenge page)'
    : ' (an HTML page)';
}

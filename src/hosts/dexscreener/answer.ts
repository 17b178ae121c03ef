import {
  classifyError,
  isChallengePage,
  parseRetryAfter,
  type Classification,
} from '../../warden/resilience/index.ts';
import type { DexAnswer } from './transport.ts';

interface DexAnswerFacts {
  readonly retryAfterMs?: number | undefined;
  readonly isChallenge?: boolean;
}

/** DexScreener answered, but not with what was asked for. */
export class DexAnswerError extends Error {
  override readonly name = 'DexAnswerError';
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  /** Cloudflare wants to see a browser. */
  readonly isChallenge: boolean;

  constructor(message: string, status: number, { retryAfterMs, isChallenge = false }: DexAnswerFacts = {}) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.isChallenge = isChallenge;
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
  if (status < 200 || status > 299) {
    const said = status === 429 ? 'asks for fewer requests (429)' : `answered ${status}${htmlHint(body)}`;
    throw new DexAnswerError(said, status, {
      retryAfterMs: parseRetryAfter(answer.retryAfter, nowMs),
      isChallenge: status !== 429 && isChallengePage(body),
    });
  }
  if (!/\bjson\b/i.test(answer.contentType)) {
    throw new DexAnswerError(
      `answered ${answer.contentType || 'no content type'} instead of JSON${htmlHint(body)}`,
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

/**
 * What a failed call means, as anywhere else ({@link classifyError}), but that an answer of 200 without sense is a failure
 * that stays, and that a 429 which does not say for how long means a few seconds.
 */
export function classifyDexError(error: unknown): Classification {
  const found = classifyError(error);
  if (!(error instanceof DexAnswerError)) return found;
  if (error.status < 300 || error.isChallenge) return NO_SENSE;
  return found.kind === 'throttled' && found.retryAfterMs === undefined
    ? { ...found, retryAfterMs: DEFAULT_RETRY_AFTER_MS }
    : found;
}

const NO_SENSE: Classification = {
  kind: 'persistent',
  retry: false,
  countsForBreaker: true,
  severity: 'error',
};

function htmlHint(body: string): string {
  if (!/^\s*</.test(body)) return '';
  return isChallengePage(body) ? ' (a Cloudflare challenge page)' : ' (an HTML page)';
}

import type { DexAnswer } from '../../hosts/dexscreener/index.ts';

/** What is wrong with a source while it lasts. */
export type MarketFault =
  /** Every answer is a 429, with `Retry-After` where it is given. */
  | { readonly kind: 'throttled'; readonly retryAfterS?: number }
  /** The source grants only so many requests of each quota a minute, as when others share the address. */
  | { readonly kind: 'limited'; readonly perMinute: number; readonly retryAfterS?: number }
  /** Every answer is a 500, 502, 503 or 504, in turn. */
  | { readonly kind: 'server-error' }
  /** Nobody listens: connections are refused. */
  | { readonly kind: 'down' }
  /** Every answer comes so much later. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Half of the answers make no sense: JSON that breaks off, another shape, or pairs of wrong types. */
  | { readonly kind: 'malformed' }
  /** Every answer is a challenge page of Cloudflare. */
  | { readonly kind: 'challenge'; readonly status: 200 | 403 | 503 }
  /** Every answer breaks off in the middle of its body: the connection is reset. */
  | { readonly kind: 'reset-in-body' }
  /** The name does not resolve, and connections that were open are cut. */
  | { readonly kind: 'unresolved' }
  /** Nothing comes through and nothing comes back; when it ends, connections that were open are cut. */
  | { readonly kind: 'gone' };

/** What becomes of one request. What is not named is as always. */
export interface Spoiling {
  readonly delayMs?: number;
  /** Half of the answer is sent; then the connection is reset. */
  readonly breakOff?: boolean;
  /** What is answered, made of the honest answer. */
  readonly answer?: (honest: DexAnswer) => DexAnswer;
}

const CHALLENGE =
  '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body>Performing security verification. Ray ID: <code>8c5f1e0b7a2d4c19</code></body></html>';
const SERVER_ERRORS = [503, 500, 502, 504] as const;

/** Too many requests, as the source says it. */
export function refuse(retryAfterS: number | undefined): Spoiling {
  const answer: DexAnswer = {
    status: 429,
    contentType: 'text/plain',
    body: 'Too Many Requests',
    ...(retryAfterS === undefined ? {} : { retryAfter: String(retryAfterS) }),
  };
  return { answer: () => answer };
}

/**
 * What a fault makes of the `nth` request since it began, counted from 0; undefined when it is answered as always, for
 * what happens to connections rather than to requests, and for what hangs on how many there are.
 */
export function spoil(fault: MarketFault, nth: number): Spoiling | undefined {
  switch (fault.kind) {
    case 'server-error': {
      const status = SERVER_ERRORS[nth % SERVER_ERRORS.length] ?? 503;
      return { answer: () => ({ status, contentType: 'text/plain', body: 'upstream connect error' }) };
    }
    case 'slow':
      return { delayMs: fault.delayMs };
    case 'malformed':
      return isInHalf(nth) ? { answer: malformers[nth % malformers.length] ?? cutOff } : undefined;
    case 'challenge': {
      const { status } = fault;
      return { answer: () => ({ status, contentType: 'text/html; charset=UTF-8', body: CHALLENGE }) };
    }
    case 'reset-in-body':
      return { breakOff: true };
    case 'gone':
      return { delayMs: Infinity };
    default:
      return undefined;
  }
}

/** Whether connections that are open end when one fault is followed by another. */
export const cutsBy = (before: MarketFault | null, after: MarketFault | null): boolean =>
  before?.kind === 'gone' || after?.kind === 'down' || after?.kind === 'unresolved';

/**
 * Picks half of the numbers, evenly and without a period, so that no reader who comes round regularly is always hit: the
 * upper half of the fractional parts of n / golden ratio (Knuth, The Art of Computer Programming 3, 6.4).
 */
const isInHalf = (n: number): boolean => Math.imul(n, 0x9e3779b1) < 0;

const cutOff = (honest: DexAnswer): DexAnswer => ({
  ...honest,
  body: honest.body.slice(0, Math.floor(honest.body.length / 2)) || '[{"chainId":"sol',
});

const otherShape = (honest: DexAnswer): DexAnswer => ({
  ...honest,
  status: 200,
  body: '{"schemaVersion":"1.0.0","pairs":5}',
});

/** Each object of the answer has a list where a token is named, and words where a number is. */
const wrongTypes = (honest: DexAnswer): DexAnswer => ({
  ...honest,
  body: honest.body
    .replaceAll(/"(baseToken|quoteToken)":\{/g, '"$1":[0],"was-$1":{')
    .replaceAll(/"(priceUsd|tokenAddress)":"[^"]*"/g, '"$1":{"value":"high"}'),
});

const malformers = [cutOff, otherShape, wrongTypes] as const;

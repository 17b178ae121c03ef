import type { DexAnswer } from '../../hosts/dexscreener/index.ts';
import { findTokens, type WorldToken } from './tokens.ts';
import type { Endpoint, WorldFault } from './world-schema.ts';

/** The faults that act on one request. */
export interface ActiveFaults {
  hits(kind: WorldFault['kind'], mint: string): boolean;
  /** How many pools of the token are left; undefined for all. */
  keep(mint: string): number | undefined;
  /** The time whose answer is given instead; undefined for now. In ms since the start. */
  staleSinceMs(mint: string): number | undefined;
  /** What becomes of the request as a whole. */
  readonly request: readonly WorldFault[];
}

const OF_THE_ANSWER: ReadonlySet<WorldFault['kind']> = new Set([
  'empty',
  'missing-pools',
  'stale',
  'wrong-types',
]);

/** Says which faults act on a request. Counts requests, for faults that hit each so manieth. */
export function createFaults(
  faults: readonly WorldFault[],
  tokens: readonly WorldToken[],
): (path: string, atMs: number) => ActiveFaults {
  const placed = faults.map((fault) => ({
    fault,
    endpoints: fault.endpoint === undefined ? null : new Set([fault.endpoint].flat()),
    mints:
      fault.tokens === undefined
        ? null
        : new Set(fault.tokens.flatMap((name) => findTokens(tokens, name)).map(({ mint }) => mint)),
    requests: 0,
  }));
  return (path, atMs) => {
    const endpoint = endpointOf(path);
    const active = placed.filter((one) => {
      const { fault, endpoints, mints } = one;
      if (atMs < fault.from || atMs >= fault.to) return false;
      if (endpoints !== null && (endpoint === undefined || !endpoints.has(endpoint))) return false;
      if (mints !== null && endpoint !== 'feeds' && ![...mints].some((mint) => path.includes(mint)))
        return false;
      one.requests += 1;
      return one.requests % fault.every === 0;
    });
    const first = (kind: WorldFault['kind'], mint: string): WorldFault | undefined =>
      active.find(({ fault, mints }) => fault.kind === kind && (mints === null || mints.has(mint)))?.fault;
    return {
      hits: (kind, mint) => first(kind, mint) !== undefined,
      keep(mint) {
        const fault = first('missing-pools', mint);
        return fault === undefined ? undefined : (fault.keep ?? (endpoint === 'batch' ? 0 : 1));
      },
      staleSinceMs: (mint) => first('stale', mint)?.from,
      request: active.flatMap(({ fault }) => (OF_THE_ANSWER.has(fault.kind) ? [] : [fault])),
    };
  };
}

function endpointOf(path: string): Endpoint | undefined {
  if (path.startsWith('/tokens/v1/')) return 'batch';
  if (path.startsWith('/token-pairs/v1/')) return 'full';
  if (path.startsWith('/latest/dex/tokens/')) return 'alternative';
  if (path.startsWith('/latest/dex/search')) return 'search';
  return path.startsWith('/token-profiles/') || path.startsWith('/token-boosts/') ? 'feeds' : undefined;
}

/** What a fault makes of an answer; for `slow` and `down` that is not the answer's business. */
export function spoilAnswer(fault: WorldFault, answer: DexAnswer): DexAnswer {
  switch (fault.kind) {
    case '429':
      return {
        status: 429,
        contentType: 'text/plain',
        body: 'Too Many Requests',
        ...(fault.retryAfter === undefined ? {} : { retryAfter: String(fault.retryAfter) }),
      };
    case 'server-error':
      return { status: 503, contentType: 'text/plain', body: 'upstream connect error' };
    case 'not-found':
      return { status: 404, contentType: 'application/json; charset=utf-8', body: '{"error":"Not Found"}' };
    case 'html':
      return {
        status: 403,
        contentType: 'text/html; charset=UTF-8',
        body: '<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Performing security verification. Ray ID: 8c5f1e</body></html>',
      };
    case 'truncated':
      return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
    default:
      return answer;
  }
}

import { z } from 'zod';
import { judgeMint } from '../dexscreener/index.ts';

/** What PumpPortal can be asked to tell of: tokens that leave the bonding curve, tokens that are new. */
export type FeedTopic = 'migration' | 'creation';

/** What one frame means. */
export type Frame =
  /** A token has left the bonding curve: more than mint and pool such a frame does not say. */
  | { readonly kind: 'migration'; readonly mint: string; readonly pool: string | null }
  | {
      readonly kind: 'created';
      readonly mint: string;
      readonly pool: string | null;
      readonly name: string | null;
      readonly symbol: string | null;
    }
  /** Acknowledges a subscription; `topic` is null where the text does not name one that we know. */
  | { readonly kind: 'subscribed'; readonly topic: FeedTopic | null; readonly text: string }
  /** Information or an error, in the sender's words, shortened. */
  | { readonly kind: 'notice'; readonly text: string }
  /** Nothing to go by. There are only so many reasons, so they can be counted. */
  | { readonly kind: 'ignored'; readonly reason: string };

/** A larger frame is refused. */
export const MAX_FRAME_BYTES = 1_048_576;
const LONGEST_NOTICE = 300;
const LONGEST_NAME = 200;

const lenientText = z.string().nullable().catch(null);
const record = z.record(z.string(), z.unknown());

/** What a frame holds of use: all of it may be missing or of another kind. */
const token = z.object({
  mint: lenientText.default(null),
  token: lenientText.default(null),
  txType: lenientText.default(null),
  pool: lenientText.default(null),
  name: lenientText.default(null),
  symbol: lenientText.default(null),
});

/**
 * Reads one frame of PumpPortal's stream. The token stands at the root or, in older shapes, in `message`, `payload` or
 * `data`, with its mint as `mint` or `token`. A frame counts by its `txType`: creations arrive on the same connection,
 * and some of them carry the mint of USDC. Never throws.
 */
export function parseFrame(text: string): Frame {
  if (text.length > MAX_FRAME_BYTES || Buffer.byteLength(text) > MAX_FRAME_BYTES)
    return ignored('over 1 MiB');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return ignored('not JSON');
  }
  const root = record.safeParse(json).data;
  if (root === undefined) return ignored('not an object');
  const words = [root['message'], root['error'], root['errors']].find(
    (value) => typeof value === 'string' && value !== '',
  );
  const found = [root['message'], root['payload'], root['data'], root]
    .flatMap((value) => {
      const { success, data } = token.safeParse(value);
      return success ? [data] : [];
    })
    .find(({ mint, token: other, txType }) => mint !== null || other !== null || txType !== null);
  if (found === undefined) {
    return typeof words === 'string' ? readWords(words) : ignored('neither a token nor a message');
  }
  return readToken(found);
}

function readToken({ mint, token: other, txType, pool, name, symbol }: z.infer<typeof token>): Frame {
  if (txType === null) return ignored('no txType');
  if (txType !== 'migrate' && txType !== 'create') return ignored('another txType');
  const named = mint ?? other;
  if (named === null) return ignored('no mint');
  const verdict = judgeMint(named);
  if (!verdict.ok) return ignored(verdict.reason);
  const shared = { mint: verdict.mint, pool: shorten(pool) };
  return txType === 'migrate'
    ? { kind: 'migration', ...shared }
    : { kind: 'created', ...shared, name: shorten(name), symbol: shorten(symbol) };
}

/** `Subscribed to 'migration' events.`, `Successfully subscribed to token creation events.`, or anything else. */
function readWords(words: string): Frame {
  const text = words.slice(0, LONGEST_NOTICE);
  if (!/^(?:successfully )?subscribed\b/i.test(text)) return { kind: 'notice', text };
  const topic = /migrat/i.test(text) ? 'migration' : /creat|new token/i.test(text) ? 'creation' : null;
  return { kind: 'subscribed', topic, text };
}

const shorten = (text: string | null): string | null => text?.slice(0, LONGEST_NAME) ?? null;

const ignored = (reason: string): Frame => ({ kind: 'ignored', reason });

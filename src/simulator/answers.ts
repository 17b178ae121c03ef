import type { DexAnswer } from '../hosts/dexscreener/index.ts';

/** The media type of every JSON answer of DexScreener. */
const JSON_TYPE = 'application/json; charset=utf-8';

/** Pairs or items in one answer, over all addresses asked for. */
export const ANSWER_CAP = 30;

/** Addresses that one `/tokens/v1` request may name. */
export const BATCH_CAP = 30;

/** A JSON answer from text that is JSON already. */
export function jsonAnswer(body: string, status = 200): DexAnswer {
  return { status, contentType: JSON_TYPE, body };
}

/** The `{schemaVersion, pairs}` envelope of the older endpoints, around pairs that are JSON text. */
export function envelope(pairTexts: readonly string[] | null): string {
  const pairs = pairTexts === null ? 'null' : `[${pairTexts.join(',')}]`;
  return `{"schemaVersion":"1.0.0","pairs":${pairs}}`;
}

import { hadPools, type Token } from './token.ts';
import type { TokenSettings } from './settings.ts';

/** A token is looked at through the other endpoint no more often than this, in ms. */
const EVERY_MS = 30 * 60_000;
/** No more tokens than these wait; the next failed check offers a token again. */
const LONGEST_QUEUE = 200;
/** Requests that may have been saved up. */
const BURST = 2;

/** Which tokens are looked at through the other endpoint, within their share of the quota. */
export class VerifyQueue {
  readonly #waiting = new Set<string>();
  readonly #settings: Pick<TokenSettings, 'verifyShare'>;
  #credit = 0;
  #lastMs: number | null = null;

  /** @param settings read anew at each take. */
  constructor(settings: Pick<TokenSettings, 'verifyShare'>) {
    this.#settings = settings;
  }

  /** Takes in a token whose check has just failed although it has pools. */
  offer(token: Token, now: number): void {
    const { mint, status, check, verification } = token;
    if (status !== 'monitoring' || check === null || check.passed || !hadPools(token)) return;
    if (verification !== null && Math.abs(now - verification.at) < EVERY_MS) return;
    if (this.#waiting.size < LONGEST_QUEUE) this.#waiting.add(mint);
  }

  /** The next token, if the share of the quota allows one now. */
  take(
    perMs: number,
    nowMs: number,
    { isReading }: { readonly isReading: (mint: string) => boolean },
  ): string | undefined {
    const { verifyShare } = this.#settings;
    this.#credit = Math.min(BURST, this.#credit + (nowMs - (this.#lastMs ?? nowMs)) * perMs * verifyShare);
    this.#lastMs = nowMs;
    if (this.#credit < 1 || verifyShare === 0) return undefined;
    const mint = [...this.#waiting].find((one) => !isReading(one));
    if (mint === undefined) return undefined;
    this.#waiting.delete(mint);
    this.#credit -= 1;
    return mint;
  }
}

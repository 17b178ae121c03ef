import { aggregate } from './metrics.ts';
import { computeScore } from './score.ts';
import type { TokenSettings } from './settings.ts';
import type { KnownPool, Token } from './token.ts';

/** Two scores within this share of the larger one agree. */
const AGREES = 0.05;
/** Scores this small are noise: they agree. */
const NOISE = 0.005;

/**
 * Whether the score that the light reads give (all pools as known, only the first one renewed) agrees within 5 % with
 * the score by all pools of the same moment (R-TOK-12). Null where there is nothing to compare.
 */
export function isAccurate(
  token: Token,
  shown: readonly KnownPool[],
  now: number,
  settings: TokenSettings,
): boolean | null {
  const [first] = shown;
  if (first === undefined || token.pools.length === 0 || token.scoredAt === null) return null;
  const light = token.pools.map((pool) => (pool.pairAddress === first.pairAddress ? first : pool));
  const scoreOf = (pools: readonly KnownPool[]): number =>
    computeScore(aggregate(pools, token.firstPoolAt, settings, now), token, settings).score;
  const [a, b] = [scoreOf(light), scoreOf(shown)];
  const difference = Math.abs(a - b);
  return difference <= Math.max(NOISE, AGREES * Math.max(Math.abs(a), Math.abs(b)));
}

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** How many scores agreed and how many were compared, over the last 24 hours of the monotonic clock. */
export class AccuracyLog {
  readonly #hours: { hour: number; agreed: number; compared: number }[] = [];

  add(agreed: boolean, nowMs: number): void {
    const hour = Math.floor(nowMs / HOUR_MS);
    let last = this.#hours.at(-1);
    if (last?.hour !== hour) {
      last = { hour, agreed: 0, compared: 0 };
      this.#hours.push(last);
      while ((this.#hours[0]?.hour ?? hour) <= hour - HOURS) this.#hours.shift();
    }
    last.compared += 1;
    if (agreed) last.agreed += 1;
  }

  over24h(nowMs: number): { readonly share: number | null; readonly compared: number } {
    const from = Math.floor(nowMs / HOUR_MS) - HOURS;
    let agreed = 0;
    let compared = 0;
    for (const one of this.#hours) {
      if (one.hour <= from) continue;
      agreed += one.agreed;
      compared += one.compared;
    }
    return { share: compared === 0 ? null : agreed / compared, compared };
  }
}

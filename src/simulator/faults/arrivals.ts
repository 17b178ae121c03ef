const MINUTE_MS = 60_000;

/** The quotas that DexScreener keeps apart. */
export type QuotaName = 'pairs' | 'profiles';

const quotaOf = (path: string): QuotaName =>
  /^\/token-(?:profiles|boosts)\//.test(path) ? 'profiles' : 'pairs';

/** When requests came, quota by quota. Times are monotonic ms and never go back. */
export class ArrivalLog {
  readonly #times: Readonly<Record<QuotaName, number[]>> = { pairs: [], profiles: [] };

  /** Notes a request. @returns its quota, and how many of that quota came in the minute that ends now, with this one. */
  note(path: string, nowMs: number): { readonly quota: QuotaName; readonly inMinute: number } {
    const quota = quotaOf(path);
    const times = this.#times[quota];
    times.push(nowMs);
    let first = times.length - 1;
    while (first > 0 && nowMs - (times[first - 1] ?? 0) < MINUTE_MS) first -= 1;
    return { quota, inMinute: times.length - first };
  }

  /** Of both quotas, from `fromMs` on and before `toMs`, in order. */
  times(fromMs = -Infinity, toMs = Infinity): readonly number[] {
    return Object.values(this.#times)
      .flat()
      .filter((time) => time >= fromMs && time < toMs)
      .toSorted((a, b) => a - b);
  }

  /** The most that came of each quota in any minute, wherever it begins. */
  mostInMinute(): Readonly<Record<QuotaName, number>> {
    return { pairs: mostInMinute(this.#times.pairs), profiles: mostInMinute(this.#times.profiles) };
  }
}

function mostInMinute(times: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [index, time] of times.entries()) {
    while (time - (times[first] ?? time) >= MINUTE_MS) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

import type { Clock } from '../../kernel/index.ts';
import { BoundedMap } from './bounded-map.ts';

/** Whether a request may pass now; if not, when the next one may. */
export type RateVerdict =
  { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number };

interface Bucket {
  /** Drops times 60,000, so that whole milliseconds give whole numbers. */
  readonly level: number;
  readonly atMs: number;
}

const DROP = 60_000;

/** Takes one drop from a bucket that refills by `perMinute`, up to that number. Pure; `nowMs` is monotonic. */
function takeDrop(
  bucket: Bucket | undefined,
  perMinute: number,
  nowMs: number,
): { readonly bucket: Bucket; readonly verdict: RateVerdict } {
  const full = perMinute * DROP;
  const level =
    bucket === undefined ? full : Math.min(full, bucket.level + (nowMs - bucket.atMs) * perMinute);
  if (level >= DROP) return { bucket: { level: level - DROP, atMs: nowMs }, verdict: { allowed: true } };
  return {
    bucket: { level, atMs: nowMs },
    verdict: { allowed: false, retryAfterMs: Math.ceil((DROP - level) / perMinute) },
  };
}

/** One token bucket an address, on the injected clock; the addresses that came last are remembered. */
export class RateLimit {
  readonly #buckets: BoundedMap<string, Bucket>;
  readonly #perMinute: number;
  readonly #clock: Clock;

  constructor(clock: Clock, perMinute: number, addresses: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
    this.#buckets = new BoundedMap(addresses);
  }

  take(key: string): RateVerdict {
    const { bucket, verdict } = takeDrop(this.#buckets.get(key), this.#perMinute, this.#clock.monotonic());
    this.#buckets.set(key, bucket);
    return verdict;
  }
}

import { createHash } from 'node:crypto';
import { createId, type Clock, type Entropy } from '../../kernel/index.ts';
import type { HttpLimits } from '../options.ts';
import { BoundedMap } from './bounded-map.ts';

const keyOf = (link: string): string => createHash('sha256').update(link).digest('hex');

/** Links that log one browser in, once. Kept hashed, in memory. */
export class LoginLinks {
  readonly #expiryMs: BoundedMap<string, number>;
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #lifeMs: number;

  constructor(clock: Clock, entropy: Entropy, limits: Pick<HttpLimits, 'loginLinks' | 'loginLinkMs'>) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#lifeMs = limits.loginLinkMs;
    this.#expiryMs = new BoundedMap(limits.loginLinks);
  }

  /** A new link's secret part. */
  mint(): string {
    const link = createId(this.#entropy, 32);
    this.#expiryMs.set(keyOf(link), this.#clock.monotonic() + this.#lifeMs);
    return link;
  }

  /** Uses a link up; false when it is unknown, used or too old. */
  consume(link: string): boolean {
    const key = keyOf(link);
    const expiryMs = this.#expiryMs.get(key);
    this.#expiryMs.delete(key);
    return expiryMs !== undefined && this.#clock.monotonic() < expiryMs;
  }
}

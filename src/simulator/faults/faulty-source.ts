import { ArrivalLog, type QuotaName } from './arrivals.ts';
import { refuse, spoil, type MarketFault, type Spoiling } from './fault.ts';

/** Requests a minute that the source grants of each quota. */
export type Grants = Readonly<Record<QuotaName, number>>;

/** As DexScreener documents them. */
const GRANTS: Grants = { pairs: 300, profiles: 60 };

/** What a limiter that is exceeded says. */
const RETRY_AFTER_S = 5;

/**
 * The other side of the line: keeps its quotas as a real one does, counts what arrives, and misbehaves as it is told.
 * Knows no transport; times are monotonic ms.
 */
export class FaultySource {
  readonly arrivals = new ArrivalLog();
  /** Requests over the quota; each was refused. */
  overQuota = 0;
  /** Requests that were answered with 429, for whatever reason. */
  refused = 0;
  /** When the first request since the last change of the fault arrived; null before it. */
  firstMs: number | null = null;
  readonly #grants: Grants;
  #fault: MarketFault | null = null;
  #requests = 0;

  constructor(grants: Grants = GRANTS) {
    this.#grants = grants;
  }

  get fault(): MarketFault | null {
    return this.#fault;
  }

  /** Begins a fault, or with null ends it. */
  set(fault: MarketFault | null): void {
    this.#fault = fault;
    this.#requests = 0;
    this.firstMs = null;
  }

  /** A request has arrived. @returns what becomes of it; undefined when it is answered as always. */
  receive(path: string, nowMs: number): Spoiling | undefined {
    const { quota, inMinute } = this.arrivals.note(path, nowMs);
    const fault = this.#fault;
    this.firstMs ??= nowMs;
    const nth = this.#requests++;
    const isOver = inMinute > this.#grants[quota];
    if (isOver) this.overQuota += 1;
    if (isOver || fault?.kind === 'throttled' || (fault?.kind === 'limited' && inMinute > fault.perMinute)) {
      this.refused += 1;
      const asFault = fault?.kind === 'throttled' || fault?.kind === 'limited';
      return refuse(asFault ? fault.retryAfterS : RETRY_AFTER_S);
    }
    return fault === null ? undefined : spoil(fault, nth);
  }
}

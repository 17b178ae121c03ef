import type { Clock } from '../../kernel/index.ts';
import { BATCH_SIZE, type DexClient } from '../dexscreener/index.ts';
import { measureFreshness, type Freshness } from './freshness.ts';
import { NO_CREDIT, planReads, type PlannedRead } from './plan.ts';
import { PlanRecord, type PlanStatus } from './plan-status.ts';
import { POOL_EXPIRY_MS } from './metrics.ts';
import type { TokenRegistry } from './registry.ts';
import { groupOf, type Token } from './token.ts';
import type { TokenSettings } from './settings.ts';
import type { VerifyQueue } from './verify-queue.ts';

/** Requests that may have been saved up while nothing was due. */
const BURST_REQUESTS = 10;
/** Freshness is not measured anew sooner than this after the last time, unless a turn has passed. */
const KEEP_MS = 1_000;

/** What the planner needs of the world. */
export interface PlannerPorts {
  readonly clock: Clock;
  readonly dex: Pick<DexClient, 'quota' | 'pausedForMs'>;
  readonly registry: TokenRegistry;
  readonly settings: TokenSettings;
  /** Tokens to be looked at through the other endpoint. */
  readonly verifications: VerifyQueue;
}

/** A read that was planned, or a look at a failed activation through the other endpoint. */
export type TurnRead = PlannedRead | { readonly kind: 'verify'; readonly mint: string };

/** Plans turn by turn: keeps the credit of requests and shares between the turns, and what the plans came to. */
export class TurnPlanner {
  readonly #ports: PlannerPorts;
  readonly #record = new PlanRecord();
  #requestCredit = BURST_REQUESTS;
  #credit = NO_CREDIT;
  #startedMs: number;
  #lastTurnMs: number;
  #freshness: {
    readonly atMs: number;
    readonly size: number;
    readonly groups: Record<'hot' | 'cold', Freshness>;
  } | null = null;
  /** Tokens that are due and not being read, archived ones left out. */
  backlog = 0;

  constructor(ports: PlannerPorts) {
    this.#ports = ports;
    this.#startedMs = ports.clock.monotonic();
    this.#lastTurnMs = this.#startedMs;
  }

  /** Planning begins: from here on waits are counted. */
  start(): void {
    this.#startedMs = this.#ports.clock.monotonic();
  }

  /** What to read now, with at most `most` requests. */
  next(most: number): readonly TurnRead[] {
    const { clock, dex, registry, settings, verifications } = this.#ports;
    const nowMs = clock.monotonic();
    const { limit, available } = dex.quota('pairs');
    const gained = ((nowMs - this.#lastTurnMs) * limit) / 60_000;
    // Nothing is saved up while the quota is used up: it would come as a burst when an earlier one leaves the minute, and
    // again a minute later, each time with a gap before it.
    const mostSaved = Math.min(BURST_REQUESTS, Math.max(1, available));
    this.#requestCredit = Math.min(mostSaved, this.#requestCredit + gained);
    this.#lastTurnMs = nowMs;
    const requests = dex.pausedForMs() > 0 ? 0 : Math.min(Math.floor(this.#requestCredit), available, most);
    const verified = requests >= 1 ? verifications.take(limit / 60_000, nowMs, registry) : undefined;
    // No other read of it may be planned beside.
    if (verified !== undefined) registry.begin([verified]);
    const plan = planReads(
      registry.candidates,
      nowMs,
      {
        requests: Math.max(0, requests - (verified === undefined ? 0 : 1)),
        requestsPerMinute: limit,
        batchSize: BATCH_SIZE,
        credit: this.#credit,
        startedMs: this.#startedMs,
      },
      settings,
    );
    const reads: readonly TurnRead[] =
      verified === undefined ? plan.reads : [{ kind: 'verify', mint: verified }, ...plan.reads];
    this.#requestCredit -= reads.length;
    this.#credit = plan.credit;
    this.backlog = plan.backlog;
    this.#record.planned(plan, nowMs);
    return reads;
  }

  /**
   * Whether the pools of a token are worth their memory: not those of a token whose turn comes round so rarely that by
   * then none of them counts for its score.
   */
  staysWhole(token: Token): boolean {
    if (token.status === 'archived') return false;
    const cold = token.status === 'monitoring' && groupOf(token, this.#ports.settings) === 'cold';
    return !cold || (this.#record.coldRoundMs ?? 0) <= POOL_EXPIRY_MS;
  }

  /** Tokens were read. */
  processed(tokens: number): void {
    this.#record.processed(tokens, this.#ports.clock.monotonic());
  }

  /** Null before the first turn. */
  status(): PlanStatus | null {
    return this.#record.status(this.#ports.clock.monotonic());
  }

  /** How old the data is. It takes a pass over all tokens, so it is measured once a turn however often it is asked for. */
  freshness(): Readonly<Record<'hot' | 'cold', Freshness>> {
    const { clock, registry, settings } = this.#ports;
    const nowMs = clock.monotonic();
    const kept = this.#freshness;
    if (kept?.size === registry.size && kept.atMs >= this.#lastTurnMs && nowMs - kept.atMs < KEEP_MS)
      return kept.groups;
    const of = (group: 'hot' | 'cold', intervalMs: number): Freshness =>
      measureFreshness(group, registry.agesOf(group, clock.now()), intervalMs);
    const groups = { hot: of('hot', settings.hotIntervalMs), cold: of('cold', settings.coldIntervalMs) };
    this.#freshness = { atMs: nowMs, size: registry.size, groups };
    return groups;
  }
}

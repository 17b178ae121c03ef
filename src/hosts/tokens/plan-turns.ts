import type { Clock } from '../../kernel/index.ts';
import { BATCH_SIZE, type DexClient } from '../dexscreener/index.ts';
import { measureFreshness, type Freshness } from './freshness.ts';
import { NO_CREDIT, planReads, type PlannedRead } from './plan.ts';
import { PlanRecord, type PlanStatus } from './plan-status.ts';
import { POOL_EXPIRY_MS } from './metrics.ts';
import type { TokenRegistry } from './registry.ts';
import { NOT_PASSED_OVER, passOver, patienceOf, type ByGroup, type ReadGroup } from './read-groups.ts';
import { ResumedTokens } from './resumed.ts';
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

const mintsOf = (read: TurnRead): readonly string[] => (read.kind === 'batch' ? read.mints : [read.mint]);

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
  /** The same by the group that would read them, archived ones included. */
  due: ByGroup<number> = NOT_PASSED_OVER;
  #passedOver = NOT_PASSED_OVER;
  readonly #patience: ByGroup<number>;
  readonly #resumed = new ResumedTokens();

  constructor(ports: PlannerPorts) {
    this.#ports = ports;
    this.#patience = patienceOf(ports.settings);
    this.#startedMs = ports.clock.monotonic();
    this.#lastTurnMs = this.#startedMs;
  }

  /** Planning begins: from here on waits are counted. */
  start(): void {
    this.#startedMs = this.#ports.clock.monotonic();
  }

  /** Tokens whose read was cut off go first. */
  resume(group: ReadGroup, mints: Iterable<string>): void {
    this.#resumed.add(group, mints);
  }

  /** Whether requests go to others all the time while tokens of this group are due. */
  isPassedOver(group: ReadGroup): boolean {
    return this.#passedOver[group] >= this.#patience[group];
  }

  /**
   * What to read now, with at most `most` requests. Its tokens count as being read from now on.
   * @param closed groups of which nothing is to be read.
   */
  next(most: number, closed: ReadonlySet<ReadGroup>): readonly TurnRead[] {
    const { clock, dex, registry, verifications } = this.#ports;
    const nowMs = clock.monotonic();
    const { limit, available } = dex.quota('pairs');
    const gained = ((nowMs - this.#lastTurnMs) * limit) / 60_000;
    // Nothing is saved up while the quota is used up: it would come as a burst when an earlier one leaves the minute, and
    // again a minute later, each time with a gap before it.
    const mostSaved = Math.min(BURST_REQUESTS, Math.max(1, available));
    this.#requestCredit = Math.min(mostSaved, this.#requestCredit + gained);
    this.#lastTurnMs = nowMs;
    const requests = dex.pausedForMs() > 0 ? 0 : Math.min(Math.floor(this.#requestCredit), available, most);
    const reads: TurnRead[] = [];
    // No other read of them may be planned beside.
    const begin = (...begun: readonly TurnRead[]): void => {
      reads.push(...begun);
      for (const read of begun) registry.begin(mintsOf(read));
    };
    try {
      begin(...this.#resumed.take(Math.max(0, requests), closed, registry));
      if (reads.length < requests && !closed.has('activation')) {
        const mint = verifications.take(limit / 60_000, nowMs, registry);
        if (mint !== undefined) begin({ kind: 'verify', mint });
      }
      begin(...this.#plan(nowMs, Math.max(0, requests - reads.length), limit, closed));
    } catch (error) {
      for (const read of reads) registry.giveBack(mintsOf(read));
      throw error;
    }
    this.#requestCredit -= reads.length;
    this.#passedOver = passOver(this.#passedOver, reads, this.due);
    return reads;
  }

  #plan(
    nowMs: number,
    requests: number,
    requestsPerMinute: number,
    closed: ReadonlySet<ReadGroup>,
  ): readonly TurnRead[] {
    const { registry, settings } = this.#ports;
    const plan = planReads(
      registry.candidates,
      nowMs,
      {
        requests,
        requestsPerMinute,
        batchSize: BATCH_SIZE,
        credit: this.#credit,
        startedMs: this.#startedMs,
        closed,
      },
      settings,
    );
    this.#credit = plan.credit;
    this.backlog = plan.backlog;
    const { hot, cold, archived, full } = plan.classes;
    this.due = {
      hot: hot.backlog,
      cold: cold.backlog,
      archive: archived.backlog,
      activation: full.backlog,
    };
    this.#record.planned(plan, nowMs);
    return plan.reads;
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

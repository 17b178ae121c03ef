import type { Clock, Logger } from '../../kernel/index.ts';
import type { RefreshResult, StageFigures, TokenImportResult, WorkReport } from '../../contract/index.ts';
import type { DexClient } from '../dexscreener/index.ts';
import type { Freshness } from './freshness.ts';
import type { PlanStatus } from './plan-status.ts';
import type { TokenStore } from './ports.ts';
import type { ByGroup, ReadGroup } from './read-groups.ts';
import type { TokenRegistry } from './registry.ts';
import type { TokenSettings } from './settings.ts';
import type { ShiftContext } from './shift.ts';
import type { Token } from './token.ts';

/** What the pipeline needs of the world. */
export interface PipelinePorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: TokenStore;
  readonly dex: DexClient;
  readonly settings: TokenSettings;
  /** Called with tokens that have changed, after they are stored. */
  readonly onTokens?: (tokens: readonly Token[]) => void;
}

/** Reads due tokens, scores and judges them, and stores what came out. */
export interface TokenPipeline {
  /** Takes over what is stored and begins to plan. Nothing is read for a group without an open shift. */
  start(): void;
  /** Takes over what happened before a restart, so that the figures of the last hour are right: wall-clock times. */
  recall(past: { readonly discovered: readonly number[]; readonly activated: readonly number[] }): void;
  /** Ends planning, gives up the reads under way, and waits until what they brought is stored. */
  stop(): Promise<void>;
  /**
   * Reads for a group from now on, as a part of a run of its job: tokens are its items, those that it resumes go first. The
   * shift of the group before takes no more reads. It ends when somebody follows or `lengthMs` is over and its reads have
   * come back; when the run is aborted they are given up, and their tokens are as due as before.
   * @param lengthMs default: for as long as nobody follows.
   * @returns resolves when it is over. Never rejects.
   */
  openShift(group: ReadGroup, context: ShiftContext, lengthMs?: number | null): Promise<void>;
  /** Nothing more is read for a group until a shift is opened; reads under way come back. */
  closeShift(group: ReadGroup): void;
  /** Ends the reads that somebody asked for and waits for. */
  giveUpAsked(why: string): void;
  /**
   * Watches mints from now on. A duplicate is counted, not stored.
   * @throws MoonwardenError when the store refuses; then no mint of the refused part is taken.
   */
  add(inputs: readonly string[], feed: string): Promise<TokenImportResult>;
  /**
   * Reads all pools of a token at once, because somebody asks for it, and takes over what is new. When the source does
   * not answer, what is known is told.
   * @returns undefined for a token that is not watched.
   * @throws UnavailableError when nothing at all is known; MoonwardenError when the store refuses.
   */
  readNow(mint: string): Promise<RefreshResult | undefined>;
  /** Lets the changes go that wait because too many tokens would change at once. @returns whether any waited. */
  releaseHeld(by: string, reason: string): Promise<boolean>;
  readonly registry: TokenRegistry;
  /** A token with all that is known of it, be it from the store; undefined for one that is not watched. */
  whole(mint: string): Token | undefined;
  status(): PipelineStatus;
  /** Where tokens spend their time on the way from due to stored, and where they wait longest. */
  work(): { readonly stages: readonly StageFigures[] } & Pick<WorkReport, 'lag' | 'bottleneck'>;
}

/** What the pipeline is doing, in figures. */
export interface PipelineStatus {
  readonly hot: Freshness;
  readonly cold: Freshness;
  /** Tokens that are due and not being read. */
  readonly backlog: number;
  /** Tokens that are due and not being read, by the group that would read them; archived ones are counted here. */
  readonly due: ByGroup<number>;
  /** How long tokens have waited without any token being processed, in ms; 0 while work flows or none waits. */
  readonly stalledForMs: number;
  readonly discoveredPerHour: number;
  readonly activatedPerHour: number;
  readonly refreshedPerMinute: number;
  readonly checkedPerMinute: number;
  /** Tokens whose change waits because too many would change at once. */
  readonly heldMoves: number;
  /** Share of the scores of the last 24 h that agree with the score by all pools, and how many were compared. */
  readonly accuracy: { readonly share: number | null; readonly compared: number };
  /** How the planning works out; null before the first turn. */
  readonly plan: PlanStatus | null;
}

import type { TokenStatus } from '../../contract/index.ts';
import type { TokenSettings } from './settings.ts';

export type MoveGuardSettings = Pick<TokenSettings, 'massChangeShare' | 'massChangeHoldMs'>;

/** One full read of a token, as the guard sees it. */
export interface Judgement {
  readonly mint: string;
  /** The status that the token would leave. */
  readonly from: TokenStatus;
  /** Whether the read tells against the token, be it that it moves now or that its loss has to be confirmed. */
  readonly against: boolean;
  readonly at: number;
}

/** How the guard stands to the tokens of one status. Times are those of the judgements. */
export type GuardPhase =
  | { readonly kind: 'calm' }
  | { readonly kind: 'holding'; readonly since: number; readonly until: number }
  /** Moves go on although many would move, until the share has fallen once. */
  | { readonly kind: 'released' };

export interface GuardState {
  /** The judgements of the window, oldest first; of a token only its last one. */
  readonly recent: readonly Judgement[];
  readonly phase: GuardPhase;
}

export const CALM_GUARD: GuardState = { recent: [], phase: { kind: 'calm' } };

/** What the guard says about one judgement. */
export interface GuardVerdict {
  readonly state: GuardState;
  /** False: the move must wait. */
  readonly go: boolean;
  readonly wouldMove: number;
  readonly judged: number;
  /** Whether holding began, or ended and why. */
  readonly turn: 'held' | 'released_by_share' | 'released_by_time' | null;
}

/** The reads that make up one batch: as long as two checks that confirm a loss. */
const WINDOW_MS = 120_000;
/** So few tokens may always move: of a handful one in five is less than one. */
const FEW = 3;

/**
 * The mass-change guard (R-TOK-7), for the tokens of one status: when over the given share of the tokens judged within
 * two minutes would move for worse at once, all such moves wait, until the share falls, the time to hold is over or a
 * person lets them go. Reads that only begin to tell against a token count, so that the guard stands before the first
 * loss is confirmed. Pure.
 */
export function guardMove(
  state: GuardState,
  judgement: Judgement,
  settings: MoveGuardSettings,
): GuardVerdict {
  const { at } = judgement;
  const recent = [
    ...state.recent.filter((one) => one.mint !== judgement.mint && at - one.at < WINDOW_MS),
    judgement,
  ];
  const wouldMove = recent.filter(({ against }) => against).length;
  const over = wouldMove > settings.massChangeShare * recent.length;
  const many = over && wouldMove >= FEW;
  // A handful of reads is not enough to give the all-clear either.
  const few = !over && recent.length >= FEW;
  const { phase, turn } = nextPhase(state.phase, { over, many, few }, at, settings.massChangeHoldMs);
  return {
    state: { recent, phase },
    go: phase.kind !== 'holding',
    wouldMove,
    judged: recent.length,
    turn,
  };
}

/** Lets the moves go that wait, by a person's word. */
export function releaseGuard(state: GuardState): GuardState {
  return state.phase.kind === 'holding' ? { ...state, phase: { kind: 'released' } } : state;
}

function nextPhase(
  phase: GuardPhase,
  { over, many, few }: { readonly over: boolean; readonly many: boolean; readonly few: boolean },
  at: number,
  holdMs: number,
): { readonly phase: GuardPhase; readonly turn: GuardVerdict['turn'] } {
  switch (phase.kind) {
    case 'calm':
      return many
        ? { phase: { kind: 'holding', since: at, until: at + holdMs }, turn: 'held' }
        : { phase, turn: null };
    case 'holding':
      if (few) return { phase: { kind: 'calm' }, turn: 'released_by_share' };
      return at >= phase.until
        ? { phase: { kind: 'released' }, turn: 'released_by_time' }
        : { phase, turn: null };
    case 'released':
      // The guard stands again as soon as it would not hold: that is the safe side.
      return { phase: over ? phase : { kind: 'calm' }, turn: null };
  }
}

import type { JournalDraft, TokenStatus } from '../../contract/index.ts';
import { CALM_GUARD, guardMove, releaseGuard, type GuardState, type Judgement } from './move-guard.ts';
import type { TokenSettings } from './settings.ts';
import { span } from './words.ts';

/** The mass-change guards of the pipeline, one for each status that tokens can leave. */
export class MoveGuards {
  readonly #settings: Pick<TokenSettings, 'massChangeShare' | 'massChangeHoldMs'>;
  readonly #states = new Map<TokenStatus, GuardState>();
  #entries: JournalDraft[] = [];

  constructor(settings: Pick<TokenSettings, 'massChangeShare' | 'massChangeHoldMs'>) {
    this.#settings = settings;
  }

  /** Whether a token may leave its status for worse now. Asked once for each judgement. */
  admit = (judgement: Judgement): boolean => {
    const { from, at } = judgement;
    const verdict = guardMove(this.#states.get(from) ?? CALM_GUARD, judgement, this.#settings);
    this.#states.set(from, verdict.state);
    const { phase } = verdict.state;
    if (verdict.turn === 'held' && phase.kind === 'holding') {
      this.#note(from, at, {
        type: 'moves.held',
        reason: `${verdict.wouldMove} of the ${verdict.judged} ${nameOf(from)} judged in the last two minutes would change for worse at once; that is over ${Math.round(100 * this.#settings.massChangeShare)} %, so their changes wait for at most ${span(phase.until - at)}.`,
        data: { wouldMove: verdict.wouldMove, judged: verdict.judged, until: phase.until },
      });
    } else if (verdict.turn === 'released_by_share' || verdict.turn === 'released_by_time') {
      const by = verdict.turn === 'released_by_share' ? 'share' : 'time';
      const why = by === 'share' ? 'few would change any more' : 'they have waited long enough';
      this.#note(from, at, {
        type: 'moves.released',
        reason: `The changes of ${nameOf(from)} that waited go on: ${why}.`,
        data: { by, waited: verdict.wouldMove },
      });
    }
    return verdict.go;
  };

  /** Lets every move go that waits, by a person's word. @returns whether one waited. */
  release(by: string, why: string, at: number): boolean {
    let released = false;
    for (const [from, state] of this.#states) {
      if (state.phase.kind !== 'holding') continue;
      released = true;
      this.#states.set(from, releaseGuard(state));
      this.#note(from, at, {
        type: 'moves.released',
        reason: `${by} let the changes of ${nameOf(from)} go that waited: ${why}`,
        data: { by: 'person', waited: state.recent.filter(({ against }) => against).length },
      });
    }
    return released;
  }

  /** Tokens judged of late that would move if they were let go; 0 while nothing is held. */
  get waiting(): number {
    let waiting = 0;
    for (const { phase, recent } of this.#states.values()) {
      if (phase.kind === 'holding') waiting += recent.filter(({ against }) => against).length;
    }
    return waiting;
  }

  /** What has to be written about the guards since the last call. */
  takeEntries(): readonly JournalDraft[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }

  /** What was taken could not be written; it is given out again. */
  giveBack(entries: readonly JournalDraft[]): void {
    this.#entries = [...entries, ...this.#entries];
  }

  #note(
    from: TokenStatus,
    at: number,
    entry: Omit<Extract<JournalDraft, { type: 'moves.held' | 'moves.released' }>, 'at' | 'subject'>,
  ): void {
    this.#entries.push({ ...entry, at, subject: from } as JournalDraft);
  }
}

const nameOf = (status: TokenStatus): string =>
  status === 'active' ? 'active tokens' : `tokens in ${status}`;

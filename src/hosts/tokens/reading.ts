import { RingBuffer, describeError, type Clock, type Logger } from '../../kernel/index.ts';
import { RefusedError } from '../../warden/resilience/index.ts';
import type { DexClient, TokenRead } from '../dexscreener/index.ts';
import type { MoveGuards } from './move-guards.ts';
import type { TurnRead } from './plan-turns.ts';
import { applyBatchRead, applyFullRead, applyVerification, type ReadOutcome } from './read.ts';
import type { TokenRegistry } from './registry.ts';
import { intervalOf } from './read-times.ts';
import type { TokenSettings } from './settings.ts';
import type { Shift } from './shift.ts';
import type { Token } from './token.ts';
import type { WorkRecord } from './work-record.ts';

/** A source that showed pools of some token this lately shows pools. */
const SOURCE_SHOWS_MS = 600_000;
/** A source that answered this lately is well: a read that fails is then the fault of what was asked for. */
const OTHERS_ANSWERED_MS = 10_000;
/** Reads of which it is known whether they failed, and the share from which on it is the source and not the tokens. */
const LATEST_READS = 12;
const MANY_FAIL = 0.3;
/** How often a token that many others share the fate of is tried again without a pause. */
const QUICK_TRIES = 8;

type Kind = TurnRead['kind'];
type Apply = (token: Token, read: TokenRead, at: number) => ReadOutcome;

/** What reading needs of the pipeline. */
export interface ReadingPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly dex: DexClient;
  readonly registry: TokenRegistry;
  readonly settings: TokenSettings;
  readonly admit: MoveGuards['admit'];
  /** A token with all that is known of it. */
  readonly whole: (mint: string) => Token | undefined;
  /** Stores what came out and only then knows it. @throws when the store refuses. */
  readonly take: (outcomes: readonly ReadOutcome[]) => Promise<void>;
  /** Called once it is stored. */
  readonly note: (outcomes: readonly ReadOutcome[], kind: Kind) => void;
  /** Remembers how long tokens were where on their way. */
  readonly record: Pick<WorkRecord, 'read'>;
}

/** Performs planned reads. */
export interface Reading {
  /** Asks, makes of the answer what it means, and has it stored. Never rejects. */
  perform(read: TurnRead, shift: Shift): Promise<void>;
  /** One token that breaks the judgement must not spoil the batch: it keeps its state and is looked at by a person. */
  readonly judge: (kind: 'batch' | 'full', token: Token, read: TokenRead) => ReadOutcome;
}

export function createReading(ports: ReadingPorts): Reading {
  const { clock, log, dex, registry, settings, whole } = ports;
  const latestReads = new RingBuffer<'answered' | 'failed'>(LATEST_READS);
  let answeredMs = -Infinity;
  let shownMs = -Infinity;

  const now = (): number => clock.monotonic();
  const manyFail = (): boolean =>
    [...latestReads].filter((end) => end === 'failed').length >= MANY_FAIL * LATEST_READS;

  const applies: Readonly<Record<Kind, Apply>> = {
    batch: (token, read, at) => applyBatchRead(token, read, at, settings),
    full: (token, read, at) =>
      applyFullRead(token, read, at, settings, {
        sourceShowsPools: now() - shownMs < SOURCE_SHOWS_MS,
        admit: ports.admit,
      }),
    verify: (token, read, at) => applyVerification(token, read, at, settings),
  };

  const judge = (kind: Kind, token: Token, read: TokenRead): ReadOutcome => {
    try {
      return applies[kind](token, read, clock.now());
    } catch (error) {
      log.error('A token could not be judged.', { mint: token.mint, cause: describeError(error) });
      return { token, changes: [], accurate: null };
    }
  };

  const ask = async (read: TurnRead, { signal }: Shift): Promise<ReadonlyMap<string, TokenRead>> => {
    if (read.kind === 'batch') return dex.readBatch(read.mints, { signal });
    const { kind, mint } = read;
    // What left pools out once would soon take back what the other endpoint brought about.
    const byOther = kind === 'verify' || whole(mint)?.verification?.passed === true;
    const call = { signal, priority: kind === 'verify' ? ('low' as const) : ('normal' as const) };
    return new Map([
      [mint, await (byOther ? dex.readPoolsAlternative(mint, call) : dex.readPools(mint, call))],
    ]);
  };

  /** Since when a token has been due for a read of a kind. */
  const dueMs = (mint: string, kind: Kind): number | undefined => {
    const token = registry.get(mint);
    return token && kind !== 'verify'
      ? registry.dueSince(mint, kind, intervalOf(token, kind, settings))
      : undefined;
  };

  const takeBack = (mints: readonly string[], kind: Kind, answered: boolean, error: unknown): void => {
    const refused = error instanceof RefusedError;
    if (!answered && !refused) latestReads.push('failed');
    // Only while others are answered is it these tokens that fail; a call that was not made tells nothing.
    const othersAreAnswered = now() - answeredMs < OTHERS_ANSWERED_MS;
    if (kind === 'verify' || answered || refused || !othersAreAnswered) registry.giveBack(mints);
    else registry.stepBack(mints, kind, now(), manyFail() ? QUICK_TRIES : 0);
  };

  return {
    judge,
    async perform(planned, shift) {
      const { kind } = planned;
      const mints = planned.kind === 'batch' ? planned.mints : [planned.mint];
      // An interval runs from start to start: counted from the end, each read would put off the next by a turn.
      const startedMs = now();
      const dueOf = new Map(mints.map((mint) => [mint, dueMs(mint, kind) ?? startedMs]));
      registry.begin(mints);
      let answered = false;
      try {
        const reads = await ask(planned, shift);
        answered = true;
        latestReads.push('answered');
        answeredMs = now();
        const cameMs = answeredMs;
        if (shift.isVoid()) return;
        if ([...reads.values()].some(({ pairs }) => pairs.length > 0)) shownMs = now();
        const outcomes = mints.flatMap((mint): ReadOutcome[] => {
          const token = whole(mint);
          const read = reads.get(mint);
          return token && read ? [judge(kind, token, read)] : [];
        });
        const judgedMs = now();
        await ports.take(outcomes);
        if (kind !== 'verify')
          ports.record.read({
            group: shift.group,
            tokens: outcomes.map(({ token }) => ({ token, dueMs: dueOf.get(token.mint) ?? startedMs })),
            startedMs,
            answeredMs: cameMs,
            judgedMs,
            storedMs: now(),
          });
        shift.done(mints);
        // A shift that was given up meanwhile has given the tokens back, and they may be read anew.
        if (!shift.isVoid()) {
          if (kind === 'verify') registry.giveBack(mints);
          else registry.end(mints, kind, startedMs);
        }
        ports.note(outcomes, kind);
      } catch (error) {
        if (!shift.isVoid()) {
          takeBack(mints, kind, answered, error);
          shift.failed(mints, error);
        }
        log.debug('A read failed; its tokens stay due.', {
          kind,
          tokens: mints.length,
          cause: describeError(error),
        });
      }
    },
  };
}

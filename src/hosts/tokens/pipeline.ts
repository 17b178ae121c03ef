import { MoonwardenError, RingBuffer, describeError } from '../../kernel/index.ts';
import { RefusedError } from '../../warden/resilience/index.ts';
import { judgeMint, type TokenRead } from '../dexscreener/index.ts';
import { AccuracyLog } from './accuracy.ts';
import { MoveGuards } from './move-guards.ts';
import type { PipelinePorts, TokenPipeline } from './pipeline-port.ts';
import { TurnPlanner } from './plan-turns.ts';
import type { TokenChange } from './ports.ts';
import { HourlyRate } from './rate.ts';
import { applyBatchRead, applyFullRead, applyVerification, type ReadOutcome } from './read.ts';
import { createReadNow } from './read-now.ts';
import { TokenRegistry } from './registry.ts';
import { callName, newToken, type Token } from './token.ts';
import { VerifyQueue } from './verify-queue.ts';

const TURN_MS = 1_000;
const REQUESTS_UNDER_WAY = 16;
const ADD_CHUNK = 500;
/** A source that showed pools of some token this lately shows pools. */
const SOURCE_SHOWS_MS = 600_000;
/** A source that answered this lately is well: a read that fails is then the fault of what was asked for. */
const OTHERS_ANSWERED_MS = 10_000;
/** Reads of which it is known whether they failed, and the share from which on it is the source and not the tokens. */
const LATEST_READS = 12;
const MANY_FAIL = 0.3;
/** How often a token that many others share the fate of is tried again without a pause. */
const QUICK_TRIES = 8;

export function createTokenPipeline(ports: PipelinePorts): TokenPipeline {
  const { clock, log, store, dex, settings } = ports;
  const registry = new TokenRegistry(settings);
  const verifications = new VerifyQueue(settings);
  const planner = new TurnPlanner({ clock, dex, registry, settings, verifications });
  const rates = {
    discovered: new HourlyRate(),
    activated: new HourlyRate(),
    refreshed: new HourlyRate(),
    checked: new HourlyRate(),
  };
  const underWay = new Set<Promise<void>>();
  const beingRead = new Map<readonly string[], Promise<void>>();
  let toldFull = false;
  // Reads of an earlier generation are void: what they still bring is not stored.
  let generation = 0;
  let giveUp = new AbortController();
  let stopped = true;
  let cancelTurn: (() => void) | undefined;
  let waitingSinceMs: number | null = null;
  let answeredMs = -Infinity;
  let shownMs = -Infinity;
  const latestReads = new RingBuffer<'answered' | 'failed'>(LATEST_READS);
  const manyFail = (): boolean =>
    [...latestReads].filter((end) => end === 'failed').length >= MANY_FAIL * LATEST_READS;
  const guards = new MoveGuards(settings);
  const accuracy = new AccuracyLog();

  const now = (): number => clock.monotonic();

  /** Stores changes together with what the guards have to tell, which must not be lost when the store refuses. */
  const commit = async (changes: readonly TokenChange[]): Promise<void> => {
    const told = guards.takeEntries();
    try {
      await store.commit([...changes, ...told.map((entry): TokenChange => ({ kind: 'journal', entry }))]);
    } catch (error) {
      guards.giveBack(told);
      throw error;
    }
  };

  /** One read: ask, make of the answer what it means, store it, and only then know it. */
  const read = async (
    mints: readonly string[],
    kind: 'batch' | 'full' | 'verify',
    ask: () => Promise<ReadonlyMap<string, TokenRead>>,
    apply: (token: Token, read: TokenRead, at: number) => ReadOutcome,
  ): Promise<void> => {
    const mine = generation;
    // An interval runs from start to start: counted from the end, each read would put off the next by a turn.
    const startedMs = now();
    registry.begin(mints);
    let answered = false;
    try {
      const reads = await ask();
      answered = true;
      latestReads.push('answered');
      answeredMs = now();
      if (mine !== generation) return;
      if ([...reads.values()].some(({ pairs }) => pairs.length > 0)) shownMs = now();
      const outcomes = mints.flatMap((mint): ReadOutcome[] => {
        const token = whole(mint);
        const tokenRead = reads.get(mint);
        return token && tokenRead ? [applySafely(apply, token, tokenRead)] : [];
      });
      await take(outcomes);
      if (kind === 'verify') registry.giveBack(mints);
      else registry.end(mints, kind, startedMs);
      note(outcomes, kind);
    } catch (error) {
      if (mine === generation) {
        if (!answered && !(error instanceof RefusedError)) latestReads.push('failed');
        // Only while others are answered is it these tokens that fail; a call that was not made tells nothing.
        const othersAreAnswered = now() - answeredMs < OTHERS_ANSWERED_MS;
        if (kind === 'verify' || answered || error instanceof RefusedError || !othersAreAnswered)
          registry.giveBack(mints);
        else registry.stepBack(mints, kind, now(), manyFail() ? QUICK_TRIES : 0);
      }
      log.debug('A read failed; its tokens stay due.', {
        kind,
        tokens: mints.length,
        cause: describeError(error),
      });
    }
  };

  const take = async (outcomes: readonly ReadOutcome[]): Promise<void> => {
    await commit(outcomes.flatMap(({ changes }) => changes));
    // A read that was given up while its result was being stored is stored all the same, so it counts.
    for (const { token } of outcomes) {
      registry.update(token);
      if (!planner.staysWhole(token)) registry.makeSlim(token.mint);
    }
  };

  const whole = (mint: string): Token | undefined => {
    const token = registry.get(mint);
    return token && registry.isSlim(mint) ? { ...token, ...store.detail(mint) } : token;
  };

  /** One token that breaks the judgement must not spoil the batch: it keeps its state and is looked at by a person. */
  const applySafely = (
    apply: (token: Token, read: TokenRead, at: number) => ReadOutcome,
    token: Token,
    tokenRead: TokenRead,
  ): ReadOutcome => {
    try {
      return apply(token, tokenRead, clock.now());
    } catch (error) {
      log.error('A token could not be judged.', { mint: token.mint, cause: describeError(error) });
      return { token, changes: [], accurate: null };
    }
  };
  const asBatch = (token: Token, tokenRead: TokenRead, at: number): ReadOutcome =>
    applyBatchRead(token, tokenRead, at, settings);
  const asFull = (token: Token, tokenRead: TokenRead, at: number): ReadOutcome =>
    applyFullRead(token, tokenRead, at, settings, {
      sourceShowsPools: now() - shownMs < SOURCE_SHOWS_MS,
      admit: guards.admit,
    });
  const asVerification = (token: Token, tokenRead: TokenRead, at: number): ReadOutcome =>
    applyVerification(token, tokenRead, at, settings);

  const note = (outcomes: readonly ReadOutcome[], kind: 'batch' | 'full' | 'verify'): void => {
    waitingSinceMs = null;
    if (kind !== 'verify') {
      rates.refreshed.add(outcomes.length, now());
      planner.processed(outcomes.length);
    }
    if (kind === 'full') rates.checked.add(outcomes.length, now());
    for (const { token, accurate } of outcomes) {
      if (accurate !== null) accuracy.add(accurate, now());
      if (kind === 'full') verifications.offer(token, clock.now());
    }
    const moved = outcomes.flatMap(({ changes }) =>
      changes.flatMap((change) =>
        change.kind === 'journal' && change.entry.type === 'token.moved' ? [change.entry] : [],
      ),
    );
    const activated = moved.filter(({ data }) => data.to === 'active').length;
    if (activated > 0) rates.activated.add(activated, now());
    for (const { subject, reason, data } of moved)
      log.info('A token changed its status.', { mint: subject, from: data.from, to: data.to, reason });
    ports.onTokens?.(outcomes.map(({ token }) => token));
  };

  const launch = (mints: readonly string[], work: Promise<void>): void => {
    underWay.add(work);
    beingRead.set(mints, work);
    void work.finally(() => {
      underWay.delete(work);
      beingRead.delete(mints);
    });
  };

  const readNow = createReadNow({
    clock,
    dex,
    registry,
    whole,
    beingRead,
    signal: () => giveUp.signal,
    judge: (kind, token, tokenRead) => applySafely(kind === 'full' ? asFull : asBatch, token, tokenRead),
    async take(outcome, kind) {
      await take([outcome]);
      note([outcome], kind);
    },
  });

  const planTurn = (): void => {
    const reads = planner.next(REQUESTS_UNDER_WAY - underWay.size);
    if (reads.length > 0 || planner.backlog > 0) waitingSinceMs ??= now();
    for (const planned of reads) {
      if (planned.kind === 'batch') {
        const { mints } = planned;
        launch(
          mints,
          read(mints, 'batch', () => dex.readBatch(mints, { signal: giveUp.signal }), asBatch),
        );
        continue;
      }
      const { kind, mint } = planned;
      // What left pools out once would soon take back what the other endpoint brought about.
      const byOther = kind === 'verify' || whole(mint)?.verification?.passed === true;
      const call = {
        signal: giveUp.signal,
        priority: kind === 'verify' ? ('low' as const) : ('normal' as const),
      };
      const ask = async () =>
        new Map([[mint, await (byOther ? dex.readPoolsAlternative(mint, call) : dex.readPools(mint, call))]]);
      const mints = [mint];
      launch(mints, read(mints, kind, ask, kind === 'verify' ? asVerification : asFull));
    }
  };

  const turn = (): void => {
    if (stopped) return;
    cancelTurn = clock.schedule(TURN_MS, turn);
    try {
      planTurn();
    } catch (error) {
      // What is due goes on waiting: a planning that stays broken is a stall.
      if (registry.size > 0) waitingSinceMs ??= now();
      log.error('Planning failed; the next turn tries again.', { cause: describeError(error) });
    }
  };

  return {
    registry,
    whole,
    start() {
      for (const token of store.loadTokens()) registry.add(token, clock.now(), now(), true);
      planner.start();
      stopped = false;
      turn();
    },
    recall({ discovered, activated }) {
      for (const at of discovered) rates.discovered.recall(clock.now() - at, now());
      for (const at of activated) rates.activated.recall(clock.now() - at, now());
    },
    async stop() {
      stopped = true;
      cancelTurn?.();
      giveUp.abort(new Error('the pipeline is stopping'));
      await Promise.all([...underWay, ...beingRead.values()]);
    },
    restart() {
      generation += 1;
      giveUp.abort(new Error('the pipeline is restarted'));
      giveUp = new AbortController();
      underWay.clear();
      // Not those that are just being stored: they are not to be read yet.
      for (const mints of beingRead.keys()) registry.giveBack(mints);
      beingRead.clear();
    },
    async add(inputs, feed) {
      const rejected: { input: string; reason: string }[] = [];
      const added: string[] = [];
      const seen = new Set<string>();
      let duplicates = 0;
      for (let start = 0; start < inputs.length; start += ADD_CHUNK) {
        // Between the parts others have their turn: an import of thousands must not hold up the service.
        if (start > 0) await clock.sleep(0);
        const fresh: string[] = [];
        for (const input of inputs.slice(start, start + ADD_CHUNK)) {
          const verdict = judgeMint(input);
          if (!verdict.ok) rejected.push({ input: input.slice(0, 200), reason: verdict.reason });
          else if (registry.has(verdict.mint) || seen.has(verdict.mint)) duplicates += 1;
          else if (registry.size + fresh.length >= settings.maxTokens) {
            if (!toldFull)
              log.warning('No more tokens are taken in.', { max_tokens: settings.maxTokens, feed });
            toldFull = true;
            rejected.push({
              input: verdict.mint,
              reason: `no more than ${settings.maxTokens} tokens are taken in`,
            });
          } else {
            seen.add(verdict.mint);
            fresh.push(verdict.mint);
          }
        }
        if (fresh.length > 0) await addChunk(fresh, feed);
        added.push(...fresh);
      }
      return { added, duplicates, rejected };
    },
    readNow,
    async releaseHeld(by, reason) {
      const released = guards.release(by, reason, clock.now());
      await commit([]);
      return released;
    },
    status() {
      return {
        ...planner.freshness(),
        backlog: planner.backlog,
        stalledForMs: waitingSinceMs === null ? 0 : now() - waitingSinceMs,
        discoveredPerHour: rates.discovered.perHour(now()),
        activatedPerHour: rates.activated.perHour(now()),
        refreshedPerMinute: rates.refreshed.perMinute(now()),
        checkedPerMinute: rates.checked.perMinute(now()),
        heldMoves: guards.waiting,
        accuracy: accuracy.over24h(now()),
        plan: planner.status(),
      };
    },
  };

  async function addChunk(mints: readonly string[], feed: string): Promise<void> {
    const at = clock.now();
    const tokens = mints.map((mint) => newToken(mint, feed, at));
    // Known before they are stored, so that a second feed does not add them meanwhile; forgotten if storing fails.
    for (const token of tokens) registry.add(token, at, now());
    registry.begin(mints);
    try {
      await store.commit(
        tokens.flatMap((token): TokenChange[] => [
          { kind: 'token.added', token },
          {
            kind: 'journal',
            entry: {
              type: 'token.discovered',
              at,
              subject: token.mint,
              reason: `${callName(token)} was found by ${feed}.`,
              data: { feed },
            },
          },
        ]),
      );
    } catch (error) {
      for (const { mint } of tokens) registry.remove(mint);
      throw error instanceof MoonwardenError
        ? error
        : new MoonwardenError('STORE_FAILED', describeError(error), { cause: error });
    }
    registry.giveBack(mints);
    rates.discovered.add(tokens.length, now());
    ports.onTokens?.(tokens);
  }
}

import { MoonwardenError, describeError } from '../../kernel/index.ts';
import { judgeMint } from '../dexscreener/index.ts';
import { AccuracyLog } from './accuracy.ts';
import { findBottleneck } from './bottleneck.ts';
import { MoveGuards } from './move-guards.ts';
import type { PipelinePorts, TokenPipeline } from './pipeline-port.ts';
import { TurnPlanner, type TurnRead } from './plan-turns.ts';
import type { CommitOptions, TokenChange } from './ports.ts';
import { HourlyRate } from './rate.ts';
import type { ReadOutcome } from './read.ts';
import { READ_GROUPS, groupOfRead } from './read-groups.ts';
import { createReadNow } from './read-now.ts';
import { createReading } from './reading.ts';
import { TokenRegistry } from './registry.ts';
import { Shifts } from './shifts.ts';
import { callName, newToken, type Token } from './token.ts';
import { WorkRecord } from './work-record.ts';
import { VerifyQueue } from './verify-queue.ts';

const TURN_MS = 1_000;
const REQUESTS_UNDER_WAY = 16;
const ADD_CHUNK = 500;

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
  /** Reads under way, with the tokens that they bring. */
  const beingRead = new Map<readonly string[], Promise<void>>();
  let toldFull = false;
  let stopped = true;
  let cancelTurn: (() => void) | undefined;
  let isTurnAsked = false;
  let waitingSinceMs: number | null = null;
  const guards = new MoveGuards(settings);
  const work = new WorkRecord(() => settings.minScore);
  const accuracy = new AccuracyLog();

  const now = (): number => clock.monotonic();

  /** Stores changes together with what the guards have to tell, which must not be lost when the store refuses. */
  const commit = async (changes: readonly TokenChange[], options?: CommitOptions): Promise<void> => {
    const told = guards.takeEntries();
    try {
      await store.commit(
        [...changes, ...told.map((entry): TokenChange => ({ kind: 'journal', entry }))],
        options,
      );
    } catch (error) {
      guards.giveBack(told);
      throw error;
    }
  };

  const take = async (outcomes: readonly ReadOutcome[]): Promise<void> => {
    await commit(
      outcomes.flatMap(({ changes }) => changes),
      { mayWait: true },
    );
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

  /** What is stored is stored: a listener that fails must not make its reader believe otherwise. */
  const tell = (tokens: readonly Token[]): void => {
    try {
      ports.onTokens?.(tokens);
    } catch (error) {
      log.error('A listener to tokens failed.', { cause: describeError(error) });
    }
  };

  const note = (outcomes: readonly ReadOutcome[], kind: TurnRead['kind']): void => {
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
    tell(outcomes.map(({ token }) => token));
  };

  const reading = createReading({
    clock,
    log,
    dex,
    registry,
    settings,
    admit: guards.admit,
    whole,
    take,
    note,
    record: work,
  });
  const shifts = new Shifts({
    clock,
    onGivenUp(reads) {
      for (const mints of reads) {
        registry.giveBack(mints);
        beingRead.delete(mints);
      }
    },
  });

  const readNow = createReadNow({
    clock,
    dex,
    registry,
    whole,
    beingRead,
    judge: reading.judge,
    async take(outcome, kind) {
      await take([outcome]);
      note([outcome], kind);
    },
  });

  const planTurn = (): void => {
    // What is read could not be kept: it is read when the database takes changes again, and nobody has stalled meanwhile.
    if (store.isHeldUp?.()) {
      waitingSinceMs = null;
      for (const group of READ_GROUPS) shifts.of(group)?.rest();
      return;
    }
    const reads = planner.next(REQUESTS_UNDER_WAY - shifts.underWay, shifts.closed);
    work.waiting(planner.due, now());
    if (reads.length > 0 || planner.backlog > 0) waitingSinceMs ??= now();
    for (const read of reads) {
      const mints = read.kind === 'batch' ? read.mints : [read.mint];
      const shift = shifts.of(groupOfRead(read));
      if (shift === undefined) {
        registry.giveBack(mints);
        continue;
      }
      const work = shift.take(mints, () => reading.perform(read, shift));
      beingRead.set(mints, work);
      void work.finally(() => beingRead.delete(mints));
    }
    for (const group of READ_GROUPS) if (!planner.isPassedOver(group)) shifts.of(group)?.rest();
  };

  const tryPlanTurn = (): void => {
    try {
      planTurn();
    } catch (error) {
      // What is due goes on waiting: a planning that stays broken is a stall.
      if (registry.size > 0) waitingSinceMs ??= now();
      log.error('Planning failed; the next turn tries again.', { cause: describeError(error) });
    }
  };
  const turn = (): void => {
    if (stopped) return;
    cancelTurn = clock.schedule(TURN_MS, turn);
    tryPlanTurn();
  };
  /** Who opens first need not wait for the next turn; groups that open at once share one. */
  const turnSoon = async (): Promise<void> => {
    if (isTurnAsked || stopped) return;
    isTurnAsked = true;
    await Promise.resolve();
    isTurnAsked = false;
    tryPlanTurn();
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
      const reason = new Error('the pipeline is stopping');
      const works = [...beingRead.values()];
      readNow.giveUp(reason);
      await Promise.all([shifts.stop(reason), ...works]);
    },
    openShift(group, context, lengthMs = null) {
      const isFirst = shifts.of(group) === undefined;
      planner.resume(group, context.resumed);
      const { over } = shifts.open(group, context, lengthMs);
      if (isFirst) void turnSoon();
      return over;
    },
    closeShift(group) {
      shifts.close(group);
    },
    giveUpAsked(why) {
      readNow.giveUp(new Error(why));
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
    readNow: (mint) => readNow.read(mint),
    async releaseHeld(by, reason) {
      const released = guards.release(by, reason, clock.now());
      await commit([]);
      return released;
    },
    work() {
      const [nowMs, plan] = [now(), planner.status()];
      const stages = work.stages(nowMs);
      const { reachable } = dex.state();
      return {
        stages,
        lag: work.lags(nowMs),
        bottleneck: findBottleneck({ stages, plan, reachable, closed: shifts.closed }),
      };
    },
    status() {
      return {
        ...planner.freshness(),
        backlog: planner.backlog,
        due: planner.due,
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
    tell(tokens);
  }
}

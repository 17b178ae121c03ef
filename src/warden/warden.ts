import { describeError, withTimeout, type Clock, type Logger } from '../kernel/index.ts';
import type { JournalDraft } from '../contract/index.ts';
import type { ThresholdRule } from './detection/index.ts';
import type { Health } from './health/index.ts';
import { firstState, turn, type LoopPorts, type LoopState, type Probe, type TurnRecord } from './loop.ts';
import { entriesOf, logLineOf } from './narrate.ts';
import type { Intent, PendingRecovery } from './recovery/index.ts';

/** Options of {@link createWarden}. */
export interface WardenOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly probes: readonly Probe[];
  readonly rules: readonly ThresholdRule[];
  /** Recoveries by name. One that rejects or takes over 30 s is reported; the verification says what became of it. */
  readonly remedies?: Readonly<Record<string, () => Promise<void> | void>>;
  /** Stores journal entries. While it rejects, entries are kept (the newest 1,000) and tried again with the next turn. */
  readonly journal?: (entries: readonly JournalDraft[]) => Promise<void>;
  /** Called after each turn. */
  readonly onTurn?: (record: TurnRecord) => void;
  /** Time between turns, in ms. */
  readonly turnMs?: number;
  /** Time between two records of all samples, in ms. */
  readonly sampleRecordMs?: number;
}

export const wardenDefaults = { turnMs: 1_000, sampleRecordMs: 60_000 } as const;

/** Looks after a service. */
export interface Warden {
  start(): void;
  /** Asks for a turn soon, because something happened; turns are never closer than 50 ms. */
  wake(): void;
  /** Resolves when the turn that runs has ended. */
  stop(): Promise<void>;
  /** The state of the service; null before the first turn. */
  health(): Health | null;
}

const CLOSEST_TURNS_MS = 50;
const REMEDY_LIMIT_MS = 30_000;
const KEPT_ENTRIES = 1_000;

/** Puts probes, rules and remedies into the control loop of `loop.ts` and turns it, once a second by default. */
export function createWarden(options: WardenOptions): Warden {
  const { clock, log, remedies = {} } = options;
  const turnMs = options.turnMs ?? wardenDefaults.turnMs;
  const sampleRecordMs = options.sampleRecordMs ?? wardenDefaults.sampleRecordMs;
  let state: LoopState = firstState;
  let unrecorded: JournalDraft[] = [];
  let samplesRecordedMs = -Infinity;
  let running: Promise<void> | undefined;
  let wakeUp: AbortController | undefined;
  const stopping = new AbortController();
  const stopped = (): boolean => stopping.signal.aborted;

  const carryOut = async (intent: Intent, health: Health): Promise<readonly PendingRecovery[]> => {
    const line = logLineOf(intent);
    log[line.level](line.msg, line.fields);
    if (intent.kind !== 'recover') return [];
    const remedy = remedies[intent.remedy];
    const startedMs = clock.monotonic();
    try {
      if (!remedy) throw new Error(`there is no remedy named ${intent.remedy}`);
      await withTimeout(clock, REMEDY_LIMIT_MS, `the remedy ${intent.remedy}`, async () => remedy());
    } catch (error) {
      log.error('A recovery broke off.', { remedy: intent.remedy, cause: describeError(error) });
    }
    return [
      {
        remedy: intent.remedy,
        condition: intent.condition,
        levelThen: health.conditions.find(({ rule }) => rule === intent.condition)?.level ?? 'warning',
        startedMs,
        verifyByMs: startedMs + intent.verifyWithinMs,
      },
    ];
  };

  const record = async (done: TurnRecord): Promise<void> => {
    const withSamples = clock.monotonic() - samplesRecordedMs >= sampleRecordMs;
    if (withSamples) samplesRecordedMs = clock.monotonic();
    if (options.journal) unrecorded = [...unrecorded, ...entriesOf(done, withSamples)].slice(-KEPT_ENTRIES);
    try {
      options.onTurn?.(done);
    } catch (error) {
      log.error('Who is told of each turn threw; the turn goes on.', { cause: describeError(error) });
    }
    if (unrecorded.length === 0 || !options.journal) return;
    const writing = unrecorded;
    try {
      await options.journal(writing);
      unrecorded = unrecorded.slice(writing.length);
    } catch (error) {
      log.debug('The journal did not take the entries of this turn; they are kept.', {
        cause: describeError(error),
      });
    }
  };

  const ports: LoopPorts = {
    clock,
    probes: options.probes,
    rules: options.rules,
    carryOut,
    record,
    onProbeError: (error) => {
      log.error('A probe failed; the turn goes on without it.', { cause: describeError(error) });
    },
  };

  const run = async (): Promise<void> => {
    while (!stopped()) {
      const startedMs = clock.monotonic();
      wakeUp = new AbortController();
      try {
        state = await turn(state, ports);
      } catch (error) {
        // Only judging can throw, in what a rule says of its value: nothing has been done yet.
        log.critical('A turn of the control loop broke off; the next one tries again.', {
          cause: describeError(error),
        });
      }
      const restMs = Math.max(CLOSEST_TURNS_MS, turnMs - (clock.monotonic() - startedMs));
      await clock.sleep(restMs, wakeUp.signal).catch(() => undefined);
      // Woken early: whatever else happens at this moment belongs to the same turn.
      if (wakeUp.signal.aborted && !stopped()) {
        await clock.sleep(CLOSEST_TURNS_MS, stopping.signal).catch(() => undefined);
      }
    }
  };

  return {
    start() {
      running ??= run();
    },
    wake() {
      wakeUp?.abort();
    },
    async stop() {
      stopping.abort();
      wakeUp?.abort();
      await running;
    },
    health: () => state.health,
  };
}

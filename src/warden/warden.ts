import { describeError, withTimeout, type Clock, type Logger } from '../kernel/index.ts';
import type { JournalDraft, RecoveryReport } from '../contract/index.ts';
import {
  componentOf,
  conditionId,
  type Condition,
  type Judgement,
  type PastSample,
  type Rule,
} from './detection/index.ts';
import {
  componentTree,
  optionalComponents,
  type Component,
  type ComponentHealth,
  type Health,
} from './health/index.ts';
import { firstState, turn, type LoopPorts, type LoopState, type TurnRecord } from './loop.ts';
import { entriesOf, logLineOf, logLineOfVerdict } from './narrate.ts';
import type { Probe } from './observe.ts';
import { createSelfWatch } from './self-watch.ts';
import {
  createActionRunner,
  recallRecoveries,
  recoveryDefaults,
  reportOf,
  type Attempt,
  type Intent,
  type RecoveryAction,
  type RecoveryPast,
  type RecoveryRequest,
  type RecoverySettings,
} from './recovery/index.ts';

/** Options of {@link createWarden}. */
export interface WardenOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** What is measured, or what gives it anew for each turn. */
  readonly probes: readonly Probe[] | (() => readonly Probe[]);
  /** What measurements are held against, or what gives it anew for each turn. Names are told apart. */
  readonly rules: readonly Rule[] | (() => readonly Rule[]);
  /** Of what, for health: what is shown also while no rule names it, in this order. Rules may name others. */
  readonly components?: readonly Component[] | undefined;
  /** What signals were at this hour of other days; without it, rules that compare with it find nothing known. */
  readonly past?: (() => readonly PastSample[]) | undefined;
  /**
   * What may heal, or what gives it anew for each turn. One that rejects or takes over 30 s has failed; the verification says
   * what became of the others.
   */
  readonly actions?: readonly RecoveryAction[] | (() => readonly RecoveryAction[]) | undefined;
  /** Limits of recovery, asked for in each turn; what is left out is as in `recoveryDefaults`. */
  readonly recovery?: (() => Partial<RecoverySettings>) | undefined;
  /** Why the process cannot be restarted by its supervisor; null or left out when it can. */
  readonly noRestart?: (() => string | null) | undefined;
  /** What the journal says of recoveries before this process; it goes on from there. Asked once, at the start. */
  readonly recalled?: (() => RecoveryPast) | undefined;
  /**
   * Keeps what tells how it was, when nothing more can be done for a condition. Answers at once with where it will be, and
   * null where nothing is kept.
   */
  readonly preserve?: ((condition: Condition, why: string) => string | null) | undefined;
  /** Stores journal entries. While it rejects, entries are kept (the newest 1,000) and tried again with the next turn. */
  readonly journal?: (entries: readonly JournalDraft[]) => Promise<void>;
  /** Called after each turn. */
  readonly onTurn?: (record: TurnRecord) => void;
  /** Time between turns, in ms. */
  readonly turnMs?: number;
  /** Time between two records of all samples, in ms. */
  readonly sampleRecordMs?: number;
}

/** What comes of asking for an action by hand. `id` names it in log and journal. */
export type RecoveryAnswer =
  { readonly ok: true; readonly id: string } | { readonly ok: false; readonly why: string };

export const wardenDefaults = { turnMs: 1_000, sampleRecordMs: 60_000 } as const;

/** Looks after a service. */
export interface Warden {
  start(): void;
  /** Asks for a turn soon, because something happened; turns are never closer than 50 ms. */
  wake(): void;
  /** Resolves when the turn that runs has ended. */
  stop(): Promise<void>;
  /** Begins an action by hand, within the same limits and with the same record as by itself; answers with the next turn. */
  recover(action: string, by: string): Promise<RecoveryAnswer>;
  /** How recovery stands. */
  recoveries(): RecoveryReport;
  /** The state of the service; null before the first turn. */
  health(): Health | null;
  /** How each component is, and why: the service first, each before its parts. @param title of the service. */
  components(title: string): readonly ComponentHealth[];
  /** Where each rule stands; for `verdictsOf`. */
  judgement(): Judgement;
}

const CLOSEST_TURNS_MS = 50;
const KEPT_ENTRIES = 1_000;
/** So long a turn waits for the journal. */
const JOURNAL_LIMIT_MS = 5_000;

/** Puts probes, rules and remedies into the control loop of `loop.ts` and turns it, once a second by default. */
export function createWarden(options: WardenOptions): Warden {
  const { clock, log, probes, actions = [] } = options;
  const actionsNow = (): readonly RecoveryAction[] => (typeof actions === 'function' ? actions() : actions);
  const recovery = (): RecoverySettings => ({ ...recoveryDefaults, ...options.recovery?.() });
  const noRestart = (): string | null => options.noRestart?.() ?? null;
  const turnMs = options.turnMs ?? wardenDefaults.turnMs;
  const sampleRecordMs = options.sampleRecordMs ?? wardenDefaults.sampleRecordMs;
  let state: LoopState = firstState;
  let unrecorded: JournalDraft[] = [];
  let writing: Promise<void> | null = null;
  let broken: ReadonlySet<string> = new Set();
  let samplesRecordedMs = -Infinity;
  let running: Promise<void> | undefined;
  let wakeUp: AbortController | undefined;
  const evidence = new Map<string, string>();
  /** Begin once the turn that decided on them is recorded. */
  const begun: Attempt[] = [];
  let requests: RecoveryRequest[] = [];
  let requestCount = 0;
  const answers = new Map<string, (answer: RecoveryAnswer) => void>();
  const runner = createActionRunner(
    clock,
    (name) => actionsNow().find((action) => action.name === name),
    () => {
      wakeUp?.abort();
    },
  );
  const stopping = new AbortController();
  const stopped = (): boolean => stopping.signal.aborted;

  const keep = (entries: readonly JournalDraft[]): void => {
    if (options.journal) unrecorded = [...unrecorded, ...entries].slice(-KEPT_ENTRIES);
  };

  const preserve = (condition: Condition, why: string): void => {
    try {
      const folder = options.preserve?.(condition, why) ?? null;
      if (folder !== null) evidence.set(conditionId(condition), folder);
    } catch (error) {
      log.error('The evidence of an incident could not be kept.', { cause: describeError(error) });
    }
  };

  const carryOut = async (intent: Intent): Promise<void> => {
    const line = logLineOf(intent);
    log[line.level](line.msg, line.fields);
    if (intent.kind === 'escalate') preserve(intent.condition, intent.why);
    if (intent.kind === 'refuse') answer(intent.request.id, { ok: false, why: intent.why });
    if (intent.kind !== 'recover') return;
    begun.push(intent.attempt);
    if (intent.request !== null) answer(intent.request, { ok: true, id: intent.attempt.id });
  };

  const answer = (id: string, outcome: RecoveryAnswer): void => {
    answers.get(id)?.(outcome);
    answers.delete(id);
  };

  const record = async (done: TurnRecord): Promise<void> => {
    const withSamples = clock.monotonic() - samplesRecordedMs >= sampleRecordMs;
    if (withSamples) samplesRecordedMs = clock.monotonic();
    for (const verdict of done.verdicts) {
      const line = logLineOfVerdict(verdict);
      log[line.level](line.msg, line.fields);
    }
    keep(entriesOf(done, withSamples, evidence));
    evidence.clear();
    try {
      options.onTurn?.(done);
    } catch (error) {
      log.error('Who is told of each turn threw; the turn goes on.', { cause: describeError(error) });
    }
    const recorded = flush();
    for (const attempt of begun.splice(0)) runner.begin(attempt, recorded);
    await recorded;
  };

  /** Offers to the journal what it has not taken yet; one that does not answer holds up no turn. */
  const flush = async (): Promise<void> => {
    const { journal } = options;
    if (!journal) return;
    const store = async (): Promise<void> => {
      if (writing) await writing;
      if (unrecorded.length > 0) await (writing ??= write(journal));
    };
    await withTimeout(clock, JOURNAL_LIMIT_MS, 'the journal', store).catch(() => undefined);
  };

  const write = async (journal: NonNullable<WardenOptions['journal']>): Promise<void> => {
    const entries = unrecorded;
    try {
      await journal(entries);
      const offered = new Set(entries);
      unrecorded = unrecorded.filter((entry) => !offered.has(entry));
    } catch (error) {
      log.debug('The journal did not take the entries of this turn; they are kept.', {
        cause: describeError(error),
      });
    } finally {
      writing = null;
    }
  };

  const { rules, components = [] } = options;
  const rulesNow = (): readonly Rule[] => (typeof rules === 'function' ? rules() : rules);
  const optional = optionalComponents(components);
  const isEssential = ({ rule: name }: Condition): boolean =>
    optional.size === 0 ||
    !optional.has(
      componentOf(
        rulesNow().find((rule) => rule.name === name),
        name,
      ),
    );
  const self = createSelfWatch(clock, turnMs);
  const ports: Omit<LoopPorts, 'probes' | 'rules' | 'actions' | 'settings' | 'noRestart'> = {
    clock,
    past: options.past,
    turnMs,
    ended: () => runner.ended(),
    requests() {
      const waiting = requests;
      requests = [];
      return waiting;
    },
    carryOut,
    record,
    isEssential,
    onRuleErrors: (failed) => {
      for (const { rule, error } of failed) {
        self.fault();
        if (!broken.has(rule))
          log.error('A rule cannot be judged; the others are.', { rule, cause: describeError(error) });
      }
      broken = new Set(failed.map(({ rule }) => rule));
    },
    onProbeError: (error) => {
      self.fault();
      log.error('A probe failed; the turn goes on without it.', { cause: describeError(error) });
    },
  };

  const recallPast = (): void => {
    if (!options.recalled) return;
    const now = { wallMs: clock.now(), monotonicMs: clock.monotonic() };
    try {
      state = { ...state, recoveries: recallRecoveries(options.recalled(), now) };
    } catch (error) {
      log.error('What was recovered before could not be read; recovery begins anew.', {
        cause: describeError(error),
      });
    }
  };

  const run = async (): Promise<void> => {
    while (!stopped()) {
      const startedMs = clock.monotonic();
      wakeUp = new AbortController();
      self.turn();
      try {
        state = await turn(state, {
          ...ports,
          probes: [...(typeof probes === 'function' ? probes() : probes), self.samples],
          rules: rulesNow(),
          actions: actionsNow(),
          settings: recovery(),
          noRestart: noRestart(),
        });
      } catch (error) {
        // Nothing that is handed in can do that; whatever did, has done nothing yet.
        self.fault();
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
      if (running) return;
      recallPast();
      running = run();
    },
    wake() {
      wakeUp?.abort();
    },
    async stop() {
      stopping.abort();
      runner.stop();
      wakeUp?.abort();
      await running;
      if (running) await flush();
      for (const id of [...answers.keys()]) answer(id, { ok: false, why: 'The service stops.' });
    },
    recover(action, by) {
      if (stopped()) return Promise.resolve({ ok: false, why: 'The service stops.' });
      const id = String(++requestCount);
      requests.push({ id, action, by });
      wakeUp?.abort();
      return new Promise((resolve) => {
        answers.set(id, resolve);
      });
    },
    recoveries: () =>
      reportOf(
        state.recoveries,
        { actions: actionsNow(), settings: recovery(), noRestart: noRestart() },
        clock,
      ),
    health: () => state.health,
    components: (title) => componentTree(title, components, rulesNow(), state.judgement),
    judgement: () => state.judgement,
  };
}

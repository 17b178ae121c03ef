import {
  MoonwardenError,
  backgroundClock,
  createEmitter,
  createLifecycle,
  describeError,
  guardedLog,
  systemClock,
} from '../kernel/index.ts';
import type { RecoveryReport } from '../contract/index.ts';
import { meansRule, type Rule, type Sample } from '../warden/detection/index.ts';
import type { ComponentHealth } from '../warden/health/index.ts';
import {
  createWarden as createLoopWarden,
  wardenDefaults,
  type Probe,
  type RecoveryAnswer,
} from '../warden/index.ts';
import type { RecoveryAction } from '../warden/recovery/index.ts';
import type { Dependency } from '../warden/resilience/index.ts';
import type { RunContext, Schedule } from '../warden/scheduler/index.ts';
import { watchLoop, watchResources } from './builtin.ts';
import { createLibraryDependencies, type WatchedDependencyOptions } from './dependencies.ts';
import { eventsOf, type WardenEvents } from './events.ts';
import * as check from './faults.ts';
import { healthReport, type HealthReport } from './health.ts';
import { createLibraryJobs, type JobExtras } from './jobs.ts';
import { createLibraryLog } from './log.ts';
import { checkOptions, type WardenOptions } from './options.ts';
import { ruleOf, selfRules, type RuleInput, type SignalLimits } from './rules.ts';
import { signalProbe, type ReadSignal } from './signal.ts';

/** What an action may have besides its name, what it ends and its work. */
export interface ActionOptions {
  /** Where it stands on the ladder: milder ones are tried first, and `hard` only for what is critical. Default `soft`. */
  readonly step?: 'soft' | 'medium' | 'hard' | undefined;
  /** It has not worked when the condition is still there so long after it has run, in ms. Default 60,000. */
  readonly verifyWithinMs?: number | undefined;
  /** Actions on one component never overlap. Default: the first part of what it ends. */
  readonly component?: string | undefined;
}

/** Looks after a program. Everything may be added before it is started, and while it runs. */
export interface Warden {
  /**
   * Measures something of yours in each turn.
   * @param limits what it is held against, as a rule of the same name; without them it is only measured.
   * @throws MoonwardenError OPTIONS_INVALID, as everything here that is handed something.
   */
  signal(name: string, read: ReadSignal, limits?: SignalLimits): void;
  /** Measures several things at once, or series with labels. */
  probe(probe: Probe): void;
  /** Judges by a rule of yours. One that is named as one that came with the warden takes its place. */
  rule(rule: RuleInput): void;
  /**
   * What may heal conditions of the rules in `ends` (`jobs.*` stands for all that begin so). Whether it worked is looked at:
   * the condition must be over in time. Rejecting, or taking over 30 s, counts as failed.
   */
  action(
    name: string,
    ends: string | readonly string[],
    run: (signal: AbortSignal) => unknown,
    options?: ActionOptions,
  ): void;
  /** Runs something by interval or cron, restarts it when it stalls or fails, and keeps the process up until it is stopped. */
  job(name: string, schedule: Schedule, run: (context: RunContext) => unknown, options?: JobExtras): void;
  /** Calls something that may fail, by a breaker, retries and a time limit, and watches it (`createDependency`). */
  dependency<QuotaName extends string = never>(
    options: WatchedDependencyOptions<QuotaName>,
  ): Dependency<QuotaName>;
  /** Tells of what happens, until the function that it gives is called. What a listener throws, or rejects with, is logged. */
  on<Name extends keyof WardenEvents>(
    name: Name,
    listener: (event: WardenEvents[Name]) => unknown,
  ): () => void;
  /**
   * Begins. A second call does nothing more.
   * @throws MoonwardenError OPTIONS_INVALID when an action ends nothing that there is, or it was stopped before.
   */
  start(): void;
  /** Stops everything that was started, jobs too, and waits for it; once. Never rejects. */
  stop(): Promise<void>;
  /** Looks soon, because something has happened. */
  wake(): void;
  /** How the program is, in one sentence and with reasons. */
  health(): HealthReport;
  /** How each part is, and why: the program first. */
  components(): readonly ComponentHealth[];
  /** What was measured in the last turn. */
  signals(): readonly Sample[];
  /** The rules in force. */
  rules(): readonly Rule[];
  /** Begins an action by hand, within the same limits. @param by who asks, for log and events. */
  recover(action: string, by?: string): Promise<RecoveryAnswer>;
  /** How recovery stands: what runs, what waits and why, what came of each action. */
  recoveries(): RecoveryReport;
}

const VERIFY_MS = 60_000;
/** Runs get this long to end when all is stopped, and the scheduler a little more, in ms. */
const JOBS_STOP_MS = 45_000;

const EVENTS: readonly (keyof WardenEvents)[] = ['condition', 'recovery', 'health'];
const ACTION_FIELDS = {
  step: check.oneOf(['soft', 'medium', 'hard']),
  verifyWithinMs: check.ms(0),
  component: check.name,
};

/**
 * Looks after the program that makes it: measures, judges, heals and tells (docs/library.md). Nothing is touched before
 * `start`, and watching holds no process up.
 * @throws MoonwardenError OPTIONS_INVALID that names every option that is not valid.
 */
export function createWarden(options: WardenOptions = {}): Warden {
  checkOptions(options);
  const {
    name: title = 'service',
    log: choice = 'auto',
    turnMs = wardenDefaults.turnMs,
    without = [],
  } = options;
  const clock = options.clock ?? backgroundClock;
  const log = guardedLog(createLibraryLog({ clock, choice, level: options.logLevel ?? 'info' }));
  const lifecycle = createLifecycle(options.clock ?? systemClock);
  const events = createEmitter<WardenEvents>((error, event) => {
    log.error('A listener failed.', { event, cause: describeError(error) });
  });
  let life: 'new' | 'running' | 'stopped' = 'new';
  let status: HealthReport['status'] | null = null;
  let samples: readonly Sample[] = [];
  const wake = (): void => {
    warden.wake();
  };

  const own = { probes: [] as Probe[], rules: new Map<string, Rule>(), actions: [] as RecoveryAction[] };
  const signalNames = new Set<string>();
  const { resources = true, watchdog = true } = options;
  const builtIn = [
    ...(resources === false ? [] : [watchResources(clock, log, resources === true ? {} : resources)]),
    ...(watchdog === false
      ? []
      : [watchLoop({ clock, log, choice, options: watchdog === true ? {} : watchdog, wake })]),
  ];
  // What runs by a schedule is work: it holds the process up.
  const jobs = createLibraryJobs(options.clock ?? systemClock, log.child('jobs'), wake);
  const dependencies = createLibraryDependencies(options.clock, wake);
  const isWanted = ({ name }: Rule): boolean =>
    !own.rules.has(name) && !without.some((one) => meansRule(one, name));
  const standing = [...selfRules, ...builtIn.flatMap(({ rules }) => rules)];
  const rules = (): readonly Rule[] => [
    ...[...standing, ...jobs.rules(), ...dependencies.rules()].filter(isWanted),
    ...own.rules.values(),
  ];
  const fixedProbes = [...builtIn.map((one) => one.samples), jobs.samples, dependencies.samples];

  const warden = createLoopWarden({
    clock,
    log,
    turnMs,
    probes: () => [...fixedProbes, ...own.probes],
    rules,
    actions: () => [...own.actions, ...jobs.actions()],
    recovery: () => options.recovery ?? {},
    onTurn(turn) {
      samples = turn.samples;
      for (const [event, told] of eventsOf(turn)) {
        if (event === 'condition') events.emit(event, told);
        else events.emit(event, told);
      }
      if (turn.health.status === status) return;
      status = turn.health.status;
      events.emit('health', report(turn.health));
    },
  });

  const report = (health = warden.health()): HealthReport =>
    healthReport({
      name: title,
      life,
      health,
      rules: rules().length,
      pending: warden.recoveries().pending.map(({ action }) => action),
    });

  const checkEnds = ({ name, ends }: RecoveryAction): void => {
    const there = rules().map((rule) => rule.name);
    const lost = ends.filter((end) => !there.some((rule) => meansRule(end, rule)));
    check.refuse(
      `action ${name}`,
      lost.map((end) => ({ path: end, message: `is the name of no rule; there are ${there.join(', ')}` })),
    );
  };
  const addRule = (what: string, given: RuleInput): void => {
    const rule = ruleOf(what, given);
    if (own.rules.has(rule.name)) check.refuse(what, [{ path: rule.name, message: 'is there already' }]);
    own.rules.set(rule.name, rule);
  };

  return {
    signal(name, read, limits) {
      const what = `signal ${name}`;
      check.refuse(
        what,
        check.faultsOf({ name, read }, { name: check.name, read: check.callable }, ['name', 'read']),
      );
      if (signalNames.has(name)) check.refuse(what, [{ path: name, message: 'is there already' }]);
      if (limits !== undefined) addRule(what, { ...limits, name, signal: name });
      signalNames.add(name);
      own.probes.push(signalProbe(clock, name, read));
    },
    probe(probe) {
      check.refuse('probe', check.faultsOf({ probe }, { probe: check.callable }, ['probe']));
      own.probes.push(probe);
    },
    rule(rule) {
      addRule(`rule ${check.isObject(rule) ? rule.name : ''}`.trim(), rule);
    },
    action(name, ends, run, extras = {}) {
      const what = `action ${name}`;
      const fields = { name: check.name, ends: check.textOrTexts, run: check.callable };
      check.refuse(what, [
        ...check.faultsOf({ name, ends, run }, fields, ['name', 'ends', 'run']),
        ...check.faultsOf(extras, ACTION_FIELDS),
      ]);
      if (own.actions.some((action) => action.name === name))
        check.refuse(what, [{ path: name, message: 'is there already' }]);
      const list = typeof ends === 'string' ? [ends] : ends;
      const {
        step = 'soft',
        verifyWithinMs = VERIFY_MS,
        component = list[0]?.split('.')[0] ?? name,
      } = extras;
      const action: RecoveryAction = {
        name,
        step,
        component,
        ends: list,
        verifyWithinMs,
        run: async (signal) => {
          await run(signal);
        },
      };
      if (life === 'running') checkEnds(action);
      own.actions.push(action);
    },
    job(name, schedule, run, extras = {}) {
      const what = `job ${name}`;
      if (life === 'stopped')
        check.refuse(what, [{ path: '', message: 'cannot be added: the warden was stopped' }]);
      jobs.add(name, schedule, run, extras);
    },
    dependency: (given) => dependencies.add(given),
    on(name, listener) {
      check.refuse('on', [
        ...check.faultsOf({ event: name }, { event: check.oneOf(EVENTS) }, ['event']),
        ...check.faultsOf({ listener }, { listener: check.callable }, ['listener']),
      ]);
      return events.on(name, listener);
    },
    start() {
      if (life === 'running') return;
      if (life === 'stopped')
        throw new MoonwardenError(
          'OPTIONS_INVALID',
          'start: a warden that was stopped starts no more; create another.',
        );
      for (const action of own.actions) checkEnds(action);
      life = 'running';
      for (const part of builtIn) {
        part.start();
        lifecycle.add(part.name, () => part.stop());
      }
      lifecycle.add('dependencies', () => {
        dependencies.close();
      });
      jobs.start();
      lifecycle.add('jobs', () => jobs.stop(), JOBS_STOP_MS);
      warden.start();
      lifecycle.add('control loop', () => warden.stop());
    },
    async stop() {
      life = 'stopped';
      for (const { name, result, error } of await lifecycle.stop('it was asked to'))
        if (result !== 'stopped')
          log.error('A part did not stop in time, or failed to.', {
            part: name,
            cause: describeError(error),
          });
    },
    wake,
    health: () => report(),
    components: () => warden.components(title),
    signals: () => samples,
    rules,
    recover: (action, by = 'you') => warden.recover(action, by),
    recoveries: () => warden.recoveries(),
  };
}

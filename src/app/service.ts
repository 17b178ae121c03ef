// Over 350 lines because it wires all rooms together, and the order in which they start is told in one place.
import {
  AbortedError,
  MoonwardenError,
  createEmitter,
  createLifecycle,
  describeError,
  guardedLog,
  type Clock,
  type Logger,
  type Random,
} from '../kernel/index.ts';
import type { JournalDraft, JournalEntry, Overview, TokenSummary } from '../contract/index.ts';
import { createDexClient, type DexTransport } from '../hosts/dexscreener/index.ts';
import { createPumpPortalFeed, type FeedTransport } from '../hosts/pumpportal/index.ts';
import {
  createDiscovery,
  createErrorShare,
  createTokenInsight,
  createTokenPipeline,
  createTokenView,
  feedSamples,
  tokenSamples,
  type Token,
} from '../hosts/tokens/index.ts';
import type { ServiceView } from '../http/index.ts';
import type { SqliteStore } from '../storage/index.ts';
import { createWarden } from '../warden/index.ts';
import { UnavailableError } from '../warden/resilience/index.ts';
import { createMemorySignalStore, createSignalHistory } from '../warden/metrics/index.ts';
import { createPastReader, type Rule } from '../warden/detection/index.ts';
import { createScheduler } from '../warden/scheduler/index.ts';
import type { LiveConfig } from './config/live.ts';
import { entryOf } from './config/outcome.ts';
import { serviceComponents } from './components.ts';
import { backupRules, createServiceBackups } from './backups.ts';
import { createDatabaseView } from './database.ts';
import { watchMarket } from './dependencies.ts';
import { createExports } from './exports.ts';
import { createActivationProbe } from './activation-probe.ts';
import { addJobs, askFeed } from './jobs.ts';
import { offBy } from './feature-settings.ts';
import { watchFeatures } from './features.ts';
import { startEntries, stopEntry } from './life-entries.ts';
import { createIncidents } from './incidents.ts';
import { createJobsView } from './jobs-view.ts';
import { jobPlanOf, liveParts, tokensBy } from './live-parts.ts';
import type { LoopWatch } from './loop-watch.ts';
import type { MarketChoice } from './market.ts';
import { buildOverview } from './overview.ts';
import { createPerformance, type Performance } from './performance.ts';
import { noResources, type Resources } from './resources.ts';
import {
  firstActionOf,
  recoveryActions,
  recoveryPastOf,
  processReport,
  wardenRecovery,
  type Evidence,
} from './recovery/index.ts';
import { recommend } from './recommendations.ts';
import { createRuleView, rulesOf } from './rules/index.ts';
import type { Settings } from './settings.ts';
import { createServiceMetrics } from './service-metrics.ts';
import { SignalHistory } from './signal-history.ts';
import { createSignalView } from './signals.ts';
import { sourceNotes } from './source-notes.ts';
import { storeSamples } from './store-rule.ts';
import { createWorkCapacity } from './work-capacity.ts';

/** What the service is composed of. Everything that touches the world comes in here. */
export interface ServiceParts {
  readonly clock: Clock;
  /** Spreads the waits between tries. */
  readonly random: Random;
  readonly log: Logger;
  readonly store: SqliteStore;
  readonly transport: DexTransport;
  readonly marketKind: MarketChoice['kind'];
  /** Mints to watch from the start. */
  readonly discoveries: readonly string[];
  /** How the stream of PumpPortal is reached, and what picks the waits between tries; without it there is none. */
  readonly stream?: { readonly transport: FeedTransport; readonly random: Random } | undefined;
  readonly settings: Pick<
    Settings,
    | 'dexscreener'
    | 'pumpportal'
    | 'tokens'
    | 'export'
    | 'features'
    | 'jobs'
    | 'signals'
    | 'rules'
    | 'recovery'
    | 'backup'
    | 'retention'
  >;
  /** What changes the settings while the service runs; without it they stay as they are. */
  readonly config?: Pick<LiveConfig, 'join' | 'onOutcome' | 'samples' | 'report'> | undefined;
  /** Of this process; null where it must not show, because a journal has to be the same everywhere. */
  readonly pid: number | null;
  /** Keeps what tells how it was when nothing more can be done; left out where there is no folder for it. */
  readonly evidence?: Evidence | undefined;
  /** Collects the garbage of this process at once; left out where it cannot be done. */
  readonly collectGarbage?: (() => void) | undefined;
  /** Is told that this process is to end with exit code 75, so that its supervisor starts another. */
  readonly onRestart?: ((why: string) => void) | undefined;
  /** What measures this process and its machine; left out where a run has to be the same everywhere. */
  readonly resources?: Resources | undefined;
  /** What notices when this process is blocked; left out where a run has to be the same everywhere. */
  readonly loopWatch?: LoopWatch | undefined;
}

/** What those who watch the service are told. */
interface ViewEvents {
  readonly journal: readonly JournalEntry[];
  readonly state: Overview;
  readonly tokens: readonly TokenSummary[];
}

/** The token service with the warden that looks after it. */
export interface Service {
  readonly view: ServiceView;
  /** @throws MoonwardenError when the store refuses the first entries. */
  start(): Promise<void>;
  /** Stops every part, last started first. Never rejects. */
  stop(cause: string): Promise<void>;
  /** To time what others do for the service. */
  readonly timing: Performance['timing'];
  /** Stores journal entries of other parts. Never rejects; what cannot be stored is logged. */
  readonly note: (entry: JournalDraft) => void;
  /** Takes an error that escaped from the run of a job; false when it is of none. */
  readonly contain: (runId: string, error: unknown) => boolean;
}

const HOUR_MS = 3_600_000;
/** Newest entries of the journal that are kept of an incident. */
const EVIDENCE_ENTRIES = 1_000;
/** What a run had in flight and is not in the ledger is due anyway, so that its writes can wait for each other. */
const LEDGER_MS = 500;

/** Wires the rooms together: market -> client -> pipeline -> store, and the warden over all of them. */
export function createService(given: ServiceParts): Service {
  // A log that throws must stop nothing of what it tells of.
  const parts: ServiceParts = { ...given, log: guardedLog(given.log) };
  const { clock, store } = parts;
  // Changed in place, all at once, when the configuration is: whoever reads a live setting next reads the new one.
  const settings = parts.config
    ? {
        ...parts.settings,
        tokens: { ...tokensBy(parts.settings) },
        export: { ...parts.settings.export },
        features: { ...parts.settings.features },
        backup: { ...parts.settings.backup },
        recovery: { ...parts.settings.recovery },
      }
    : { ...parts.settings, tokens: tokensBy(parts.settings) };
  const log = parts.log.child('app');
  const lifecycle = createLifecycle(clock);
  const history = new SignalHistory();
  const events = createEmitter<ViewEvents>((error, name) => {
    log.error('A listener failed.', { event: name, cause: describeError(error) });
  });
  let listeners = 0;
  const startedAt = clock.now();
  const startedMs = clock.monotonic();
  const hasStream = parts.stream !== undefined && settings.pumpportal.enabled;
  let ready = false;

  const note = (entry: JournalDraft): void => {
    store.commit([{ kind: 'journal', entry }], { mayWait: true }).catch((error: unknown) => {
      log.error('A journal entry could not be stored.', {
        type: entry.type,
        reason: entry.reason,
        cause: describeError(error),
      });
    });
  };

  const timings = createPerformance({ clock, log });
  const backups =
    store.backups &&
    createServiceBackups({
      clock,
      log: parts.log.child('backup'),
      note,
      backups: store.backups,
      settings: settings.backup,
    });
  const database = createDatabaseView({ clock, store, timings, backup: () => backups?.report() ?? null });
  const wake = (): void => {
    warden.wake();
  };
  const tellOfSource = sourceNotes({ clock, log, note, origin: parts.transport.origin });
  const dex = createDexClient({
    transport: parts.transport,
    clock,
    random: parts.random.fork('dexscreener'),
    settings: settings.dexscreener,
    onCalled(endpoint, durationMs, ok) {
      timings.timing('api', endpoint).record(durationMs, ok);
    },
    onChange(change) {
      tellOfSource(change);
      wake();
    },
  });
  const settleNotes = watchMarket({ clock, log, note, dex, onChange: wake });

  const scheduler = createScheduler({
    clock,
    random: parts.random.fork('scheduler'),
    log: parts.log.child('scheduler'),
    ledger: store.runs,
    owner: `${startedAt}/${parts.pid ?? 0}`,
    // The store is locked to this process.
    takeOver: true,
    settings: {
      writeEveryMs: LEDGER_MS,
      checkMs: settings.jobs.checkIntervalMs,
      keepMs: settings.retention.runsMs,
    },
  });

  scheduler.on('run_ended', ({ group, durationMs, outcome }) => {
    timings.timing('job', group).record(durationMs, outcome === 'succeeded');
  });

  const metrics = createServiceMetrics({ clock, log, dex });

  const changedTokens = new Map<string, Token>();
  const pipeline = createTokenPipeline({
    clock,
    log: parts.log.child('tokens'),
    store,
    dex,
    settings: settings.tokens,
    onTokens: (tokens) => {
      if (listeners === 0) return;
      for (const token of tokens) changedTokens.set(token.mint, token);
    },
  });
  const tokens = createTokenView({ clock, store, pipeline, settings: settings.tokens });
  const insight = createTokenInsight({
    clock,
    store,
    journal: (query) => store.journal.page(query),
    pipeline,
    dex,
    settings: settings.tokens,
    accuracy: () => pipeline.status().accuracy,
  });
  const exports = createExports({
    clock,
    log: parts.log.child('export'),
    tokens: pipeline,
    settings,
  });
  const discovery = createDiscovery({
    clock,
    log: parts.log.child('discovery'),
    dex,
    pipeline,
    settings: settings.tokens,
    note,
    askNow: (feed) => {
      askFeed(scheduler, feed);
    },
    push:
      parts.stream && hasStream
        ? createPumpPortalFeed({
            clock,
            log: parts.log.child('pumpportal'),
            ...parts.stream,
            settings: settings.pumpportal,
          })
        : undefined,
  });

  const features = watchFeatures({
    clock,
    log,
    note,
    settings: settings.tokens,
    switches: settings.features,
    market: () => dex.state(),
    registry: pipeline.registry,
    stream: hasStream ? () => discovery.feeds().find(({ push }) => push)?.push : undefined,
  });

  const jobs = addJobs({
    clock,
    log,
    note,
    scheduler,
    pipeline,
    dex,
    discovery,
    exportFile: exports.file,
    plan: jobPlanOf(settings),
    isOff: (what) => settings.features[what] === 'off',
    others: backups?.job ? [backups.job] : [],
  });

  const rulesBy = (by: ServiceParts['settings']): readonly Rule[] =>
    rulesOf(by.rules, {
      tokens: by.tokens,
      origin: parts.transport.origin,
      hasResources: parts.resources !== undefined,
      jobs: jobs.rules(jobPlanOf(by)),
      backup: backups?.job ? backupRules(by.backup.intervalMs) : [],
      loop: parts.loopWatch ? [parts.loopWatch.rule] : [],
    });
  let ruleSettings = settings.rules;
  let allRules = rulesBy(settings);
  const rules = (): readonly Rule[] => allRules;
  const keptMs = {
    raw: settings.retention.signalPointsMs,
    minute: settings.retention.signalMinutesMs,
    quarter: settings.retention.signalQuartersMs,
  };
  const signals = createSignalHistory({
    clock,
    log: parts.log.child('signals'),
    store: store.signals ?? createMemorySignalStore(),
    ...settings.signals,
    keptMs,
  });
  const past = createPastReader({ clock, log: parts.log.child('warden'), history: signals, rules });
  const signalView = createSignalView({
    clock,
    history: signals,
    rules,
    conditions: () => warden.health()?.conditions ?? [],
    settings: settings.signals,
    keptMs,
  });
  const ruleView = createRuleView({
    clock,
    rules,
    settings: () => ruleSettings,
    judgement: () => warden.judgement(),
    firstAction: (rule) => firstActionOf(rule, jobs.groups),
  });
  const incidents = createIncidents(clock, rules);
  const capacity = createWorkCapacity(clock);
  const errorShare = createErrorShare(clock);
  const activation = createActivationProbe({ clock, pipeline, insight, dex });
  const warden = createWarden({
    clock,
    log: parts.log.child('warden'),
    probes: [
      () => {
        const [status, quota] = [pipeline.status(), dex.quota('pairs')];
        const source = dex.state();
        return [
          ...tokenSamples(status, source, quota, errorShare(source), clock.now()),
          ...capacity(quota, status.backlog),
          ...feedSamples(
            discovery.feeds(),
            clock.now(),
            startedAt,
            source.reachable === false || settings.features.feeds === 'off',
          ),
        ];
      },
      activation,
      storeSamples(store, clock),
      database.samples,
      ...(backups ? [backups.samples] : []),
      jobs.samples,
      parts.config?.samples ??
        (() => [
          { signal: 'config_refused_s', value: 0 },
          { signal: 'config_owner_changed', value: 0 },
        ]),
      ...(parts.resources ? [parts.resources.samples] : []),
      ...(parts.loopWatch ? [parts.loopWatch.samples] : []),
    ],
    rules,
    components: serviceComponents(dex.state().name),
    past: past.current,
    actions: recoveryActions({
      reconnect: () => dex.reconnect(),
      reconnectDatabase: () => store.reconnect(),
      groups: jobs.groups,
      restartGroup: (group, why) => jobs.restartGroup(group, why),
      restartPipeline: (why) => jobs.restartPipeline(why),
      collectGarbage: parts.collectGarbage,
      restart(why) {
        // From now on nobody is to send more work here.
        ready = false;
        parts.onRestart?.(why);
      },
    }),
    ...wardenRecovery(() => settings.recovery),
    recalled: () => recoveryPastOf((type, at) => store.journal.since(type, at), clock.now()),
    preserve: (condition, why) =>
      parts.evidence?.keep(condition, why, {
        'journal.json': () => store.journal.page({ limit: EVIDENCE_ENTRIES }).items,
        'state.json': () => view.overview(),
        'recovery.json': () => warden.recoveries(),
        'rules.json': () => view.rules(),
        'signals.json': () => view.signals(),
        'jobs.json': () => view.jobs.list(),
        'configuration.json': () => parts.config?.report() ?? settings,
        'process.json': processReport,
      }) ?? null,
    journal: async (entries) => {
      await store.commit(entries.map((entry) => ({ kind: 'journal', entry })));
    },
    onTurn(turn) {
      settleNotes();
      features.turn();
      history.add(turn);
      metrics.turn(turn);
      signals.record(turn.samples, turn.at);
      if (listeners === 0) return;
      const rows: TokenSummary[] = [...changedTokens.values()].map((token) => tokens.summary(token));
      changedTokens.clear();
      const overview = view.overview();
      if (rows.length > 0) events.emit('tokens', rows);
      events.emit('state', overview);
    },
  });

  parts.config?.join(
    ...liveParts({
      settings,
      dex,
      jobs,
      scheduler,
      backups,
      rulesBy,
      wake,
      useRules(made, next) {
        allRules = made;
        ruleSettings = next;
      },
    }),
  );
  parts.config?.onOutcome((outcome) => {
    metrics.config(outcome, clock.now());
    const entry = entryOf(outcome, clock.now());
    if (entry) note(entry);
  });

  const view: ServiceView = {
    overview: () =>
      buildOverview({
        now: clock.now(),
        startedAt,
        uptimeMs: clock.monotonic() - startedMs,
        marketKind: parts.marketKind,
        health: warden.health(),
        status: pipeline.status(),
        counts: pipeline.registry.counts,
        total: pipeline.registry.size,
        dex,
        feeds: discovery.feeds(),
        streamOrigin: parts.stream?.transport.origin ?? null,
        features: features.all(),
        history,
        settings: settings.tokens,
      }),
    health() {
      const { status, sentence, since, version, uptimeMs, conditions, dependencies, features } =
        view.overview();
      return { status, sentence, since, version, uptimeMs, conditions, dependencies, features };
    },
    incidents: (limit) => incidents.list(limit),
    incident: (id) => incidents.show(id),
    recommendations: () => ({
      at: clock.now(),
      items: [
        ...recommend({
          performance: timings.report(),
          work: pipeline.work(),
          plan: pipeline.status().plan,
          database: database.report(),
          settings: settings.tokens,
          hotScores: pipeline.registry.hotScores(),
          requestsPerMinute: dex.quota('pairs').limit,
        }),
      ],
    }),
    work: () => {
      const status = pipeline.status();
      const { stages, ...found } = pipeline.work();
      const { ours, quota } = insight.stuckCounts();
      return {
        at: clock.now(),
        counts: { ...pipeline.registry.counts, total: pipeline.registry.size },
        refreshedPerMinute: status.refreshedPerMinute,
        checkedPerMinute: status.checkedPerMinute,
        backlog: { ...status.due },
        stalledForMs: status.stalledForMs,
        stuck: ours - quota,
        stages: [...stages],
        ...found,
      };
    },
    detailed: () => ({
      ...view.health(),
      at: clock.now(),
      components: [...warden.components('Token service')],
    }),
    ready: () =>
      ready ? { status: 'ready' } : { status: 'not-ready', reason: 'The service is starting or stopping.' },
    metrics: () => metrics.text(),
    performance: timings.report,
    database: database.report,
    async backup() {
      if (!backups)
        throw new MoonwardenError('NOT_FOUND', 'there is no file to back up: everything is in memory');
      return backups.make();
    },
    resources: () => parts.resources?.report() ?? noResources(clock),
    tokens: (query) => tokens.page(query),
    token: (mint) => tokens.detail(mint),
    history: (mint, range) => tokens.history(mint, range),
    flow: ({ hours }) => insight.flow(hours),
    stuck: ({ limit }) => insight.stuck(limit),
    failed: ({ limit }) => insight.failed(limit),
    story: (mint) => insight.story(mint),
    async refresh(mint) {
      if (!ready) throw new MoonwardenError('STARTING', 'tokens can be read once the service is ready');
      try {
        return await pipeline.readNow(mint);
      } catch (error) {
        if (error instanceof AbortedError)
          throw new MoonwardenError('STARTING', 'the read was given up: reads are stopped or begun anew');
        if (!(error instanceof UnavailableError)) throw error;
        throw new MoonwardenError('SOURCE_UNAVAILABLE', describeError(error), { cause: error });
      }
    },
    markets: (query) => exports.markets(query),
    async releaseHeld(by, reason) {
      if (!ready) throw new MoonwardenError('STARTING', 'moves can be let go once the service is ready');
      return insight.releaseHeld(by, reason);
    },
    importTokens(inputs, by) {
      if (!ready) throw new MoonwardenError('STARTING', 'tokens can be added once the service is ready');
      return pipeline.add(inputs, by);
    },
    signals: () => signalView.list(),
    signal: (name, query) => signalView.show(name, query),
    rules: ruleView,
    recovery: () => warden.recoveries(),
    async recover(action, by) {
      const answer = await warden.recover(action, by);
      if (!answer.ok) throw new MoonwardenError('RECOVERY_REFUSED', answer.why);
      return { id: answer.id };
    },
    jobs: createJobsView({
      scheduler,
      ledger: store.runs,
      clock,
      note,
      offBy: ({ group }) => offBy(settings.features, group),
    }),
    journal: (query) => store.journal.page(query),
    journalAfter: (seq, limit) => store.journal.after(seq, limit),
    lastSeq: () => store.journal.lastSeq(),
    subscribe(listener) {
      // What was left over from the last listener is no news.
      if (listeners === 0) changedTokens.clear();
      listeners += 1;
      const leave = [
        events.on('journal', (entries) => {
          listener.onJournal(entries);
        }),
        events.on('state', (overview) => {
          listener.onState(overview);
        }),
        events.on('tokens', (rows) => {
          listener.onTokens(rows);
        }),
      ];
      return () => {
        for (const off of leave.splice(0)) off();
        listeners -= 1;
      };
    },
  };

  store.onCommit((entries) => {
    incidents.add(entries);
    const shown = entries.filter(({ type }) => type !== 'samples');
    if (shown.length > 0) events.emit('journal', shown);
  });

  return {
    view,
    timing: timings.timing,
    note,
    contain: (runId, error) => scheduler.contain(runId, error),
    async start() {
      lifecycle.add('store', () => store.close());
      lifecycle.add('market', () => {
        dex.close();
        return parts.transport.close();
      });
      const backupPlan = await backups?.open();
      const lastBackup = backups?.newest() ?? null;
      if (store.recovery && lastBackup)
        log.warning('The last good backup can be put in its place.', {
          of: new Date(lastBackup.at).toISOString(),
          command: `moonwarden db restore ${lastBackup.name}`,
        });
      await store.commit(
        startEntries({ ...parts, lastBackup }).map((entry) => ({
          kind: 'journal' as const,
          entry,
        })),
      );
      const hourAgo = clock.now() - HOUR_MS;
      pipeline.recall({
        discovered: store.journal.since('token.discovered', hourAgo).map(({ at }) => at),
        activated: store.journal
          .since('token.moved', hourAgo)
          .flatMap((entry) => (entry.type === 'token.moved' && entry.data.to === 'active' ? [entry.at] : [])),
      });
      history.restore(store.journal.since('samples', hourAgo));
      incidents.recall((type, at) => store.journal.since(type, at));
      store.startUpkeep();
      if (parts.loopWatch) {
        const { loopWatch } = parts;
        lifecycle.add('watchdog', () => loopWatch.stop());
        void loopWatch.start({ note, wake });
      }
      if (parts.resources) {
        const { resources } = parts;
        resources.start();
        lifecycle.add('resources', () => {
          resources.stop();
        });
      }
      // A check of the whole file may come first in its thread, and nobody is to wait for that.
      void signals.start();
      lifecycle.add('signals', () => signals.stop());
      past.start();
      lifecycle.add('past', past.stop);
      // Stopped when the others have ended what its jobs do.
      lifecycle.add('scheduler', () => scheduler.stop({ who: 'service', why: 'the service stops' }));
      pipeline.start();
      lifecycle.add('pipeline', () => pipeline.stop());
      warden.start();
      lifecycle.add('warden', () => warden.stop());
      if (parts.discoveries.length > 0) await pipeline.add(parts.discoveries, parts.marketKind);
      if (backups?.job && backupPlan) scheduler.configure(backups.job.name, { schedule: backupPlan });
      const started = await scheduler.start();
      if (!started.ok) throw new MoonwardenError('STORE_FAILED', `jobs cannot start: ${started.reason}`);
      void exports.file?.start();
      discovery.start();
      lifecycle.add('discovery', () => discovery.stop());
      ready = true;
    },
    async stop(cause) {
      // A start that broke off in the middle has parts to stop, and nothing to tell.
      const toldOfStart = ready;
      ready = false;
      if (toldOfStart)
        await store
          .commit([{ kind: 'journal', entry: stopEntry(cause, clock.now()) }])
          .catch((error: unknown) => {
            log.warning('The stop could not be noted in the journal.', { cause: describeError(error) });
          });
      for (const { name, result, error } of await lifecycle.stop(cause)) {
        if (result !== 'stopped')
          log.warning('A part did not stop cleanly.', { part: name, result, cause: describeError(error) });
      }
    },
  };
}

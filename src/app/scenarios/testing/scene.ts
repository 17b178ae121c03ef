import {
  journalPage,
  tokenDetail,
  type HealthReport,
  type JournalEntry,
  type TokenDetail,
} from '../../../contract/index.ts';
import type { DexSettings, DexTransport } from '../../../hosts/dexscreener/index.ts';
import type { TokenSettings } from '../../../hosts/tokens/index.ts';
import { FakeClock, type LogFields, type Logger, createRandom } from '../../../kernel/index.ts';
import { openSqliteStore, type SqliteStore } from '../../../storage/index.ts';
import type { RecoveryConfig } from '../../recovery/index.ts';
import { createService, type Service, type ServiceParts } from '../../service.ts';
import type { JobSettings } from '../../job-settings.ts';
import { loadSettings } from '../../settings.ts';
import { ScriptedMarket } from './scripted-market.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Options of {@link openScene}. */
export interface SceneOptions {
  /** Mints to watch from the start. */
  readonly watch?: readonly string[];
  readonly tokens?: Partial<TokenSettings>;
  readonly dexscreener?: Partial<DexSettings>;
  readonly jobs?: Partial<JobSettings>;
  readonly recovery?: Partial<RecoveryConfig>;
  /** Of the service, beside those that every scene has. */
  readonly parts?: Pick<ServiceParts, 'evidence' | 'onRestart'>;
  /** Lists pools before the service starts. */
  readonly script?: (market: ScriptedMarket) => void;
  /** What lies between the client and the market. */
  readonly line?: (market: ScriptedMarket, clock: FakeClock) => DexTransport;
  /** In place of a store in memory. */
  readonly store?: (clock: FakeClock, log: Logger) => SqliteStore;
  /** Of a scene before a restart. */
  readonly clock?: FakeClock;
}

interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly fields: LogFields;
}

/** The real service over a scripted market, under virtual time. */
export interface Scene {
  readonly clock: FakeClock;
  readonly market: ScriptedMarket;
  readonly service: Service;
  readonly store: SqliteStore;
  readonly log: readonly LogLine[];
  /** Lets virtual time pass. */
  readonly pass: (ms: number) => Promise<void>;
  /** What the API shows of a token, held against the contract. */
  readonly token: (mint: string) => TokenDetail;
  readonly health: () => HealthReport;
  /** Names of the conditions that stand. */
  readonly conditions: () => readonly string[];
  /** Journal entries, oldest first, held against the contract. */
  readonly journal: (query: {
    readonly type?: string;
    readonly subject?: string;
  }) => Promise<readonly JournalEntry[]>;
  /** Takes mints in as the API does. */
  readonly add: (mints: readonly string[]) => ReturnType<Service['view']['importTokens']>;
  /** Stops the service; the clock can be handed to the next scene. */
  readonly stop: () => Promise<void>;
}

/** Turns of the event loop that a worker may take to end: seconds. */
const LONGEST_WORK_TURNS = 1_000_000;

const open = new Set<Scene>();

/** Ends what a test has left running. */
export async function closeScenes(): Promise<void> {
  for (const scene of [...open]) await scene.stop();
}

/** Composes the service as the program does and starts it. Feeds are asked only where the script fills them. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const clock = options.clock ?? new FakeClock();
  const log: LogLine[] = [];
  const logger = loggerInto(log);
  const market = new ScriptedMarket(clock);
  options.script?.(market);
  const store = options.store?.(clock, logger) ?? openSqliteStore({ clock, log: logger, folder: null });
  const { settings } = loadSettings({ file: null, environment: {} });
  const service = createService({
    clock,
    random: createRandom(1),
    log: logger,
    store,
    transport: options.line?.(market, clock) ?? market,
    marketKind: 'sim',
    discoveries: options.watch ?? [],
    settings: {
      ...settings,
      dexscreener: { ...settings.dexscreener, ...options.dexscreener },
      jobs: { ...settings.jobs, ...options.jobs },
      recovery: { ...settings.recovery, ...options.recovery },
      // Property by property, because a setting may be a getter that breaks.
      tokens: Object.defineProperties(
        { ...settings.tokens },
        Object.getOwnPropertyDescriptors(options.tokens ?? {}),
      ),
    },
    pid: null,
    ...options.parts,
  });
  const finish = async <T>(work: Promise<T>): Promise<T> => {
    const state = { ended: false };
    const settled = work.finally(() => {
      state.ended = true;
    });
    settled.catch(() => undefined);
    // First the reads under way, then what a worker thread does, which no virtual time waits for, then whatever hangs.
    for (let tries = 0; tries < 50 && !state.ended; tries++) await clock.advance(tries === 0 ? 0 : 100);
    for (let turns = 0; turns < LONGEST_WORK_TURNS && !state.ended && options.store; turns++)
      await clock.settle();
    for (let tries = 0; tries < 600 && !state.ended; tries++) await clock.advance(100);
    return settled;
  };
  const scene: Scene = {
    clock,
    market,
    service,
    store,
    log,
    pass: (ms) => clock.advance(ms),
    token: (mint) => tokenDetail.parse(service.view.token(mint)),
    health: () => service.view.health(),
    conditions: () => service.view.health().conditions.map(({ rule }) => rule),
    async journal(query) {
      const entries: JournalEntry[] = [];
      let before: number | undefined;
      do {
        const page = journalPage.parse(
          await service.view.journal({ ...query, limit: 500, ...(before === undefined ? {} : { before }) }),
        );
        entries.push(...page.items);
        before = page.nextBefore ?? undefined;
      } while (before !== undefined);
      return entries.reverse();
    },
    add: (all) => finish(service.view.importTokens(all, 'a person')),
    async stop() {
      open.delete(scene);
      await finish(service.stop('the test is over'));
    },
  };
  open.add(scene);
  await finish(service.start());
  return scene;
}

function loggerInto(lines: LogLine[]): Logger {
  const at =
    (level: string) =>
    (msg: string, fields: LogFields = {}): void => {
      lines.push({ level, msg, fields });
    };
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warning: at('warning'),
    error: at('error'),
    critical: at('critical'),
    child: () => logger,
  };
  return logger;
}

import { hostname, userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createId, createRandom, describeError, systemClock, systemEntropy } from '../kernel/index.ts';
import { removeInstance, VERSION, writeInstance } from '../client/index.ts';
import { writeWhole } from '../hosts/tokens/index.ts';
import { createHttpServer, type HttpServer } from '../http/index.ts';
import { openSqliteStore, type SqliteStore } from '../storage/index.ts';
import { guardProcess, type ProcessEvents } from '../warden/scheduler/index.ts';
import { accessTokensOf } from './access.ts';
import { createLiveConfig } from './config/live.ts';
import type { OpenedConfig } from './config/open.ts';
import { createLog, type ServiceLog } from './log/logger.ts';
import { createLoopWatch } from './loop-watch.ts';
import { openMarket, type MarketChoice, type OpenMarket } from './market.ts';
import { collectGarbage, createEvidence } from './recovery/index.ts';
import { startResourceLine } from './resource-line.ts';
import { createResources } from './resources.ts';
import { startLogUpkeep } from './retention.ts';
import { createService, type Service } from './service.ts';

/** What `moonwarden start` was asked for. */
export interface RunOptions {
  readonly config: OpenedConfig;
  readonly market: MarketChoice;
  readonly dataFolder: string;
  /** Standard output, for the log. */
  readonly output: { write(text: string): unknown; readonly isTTY?: boolean };
}

/** The exit code that asks the supervisor for a new process (EX_TEMPFAIL of sysexits.h). */
export const EXIT_RESTART = 75;

/** A service that runs in this process. */
export interface RunningService {
  readonly url: string;
  /** Lines for the person who started it, with a login link if only that person reads them. */
  greeting(withLoginLink: boolean): readonly string[];
  readonly log: ServiceLog;
  /** Reads the configuration again. Never rejects. */
  reload(): Promise<void>;
  /**
   * From now on an error that a job threw where nobody could catch it fails its run alone. `onCrash` gets every other: the
   * process is not to be trusted after it.
   */
  guard(events: ProcessEvents, onCrash: (error: unknown) => void): void;
  /** Calls back when the service asks to be ended with {@link EXIT_RESTART}, so that its supervisor starts another. */
  onRestart(listener: (why: string) => void): void;
  /** Never rejects. A second call gives the same promise. */
  stop(cause: string): Promise<void>;
}

/** Starts everything, in the order in which it can fail cheaply. @throws MoonwardenError; then nothing is left running. */
export async function run(options: RunOptions): Promise<RunningService> {
  const { config: opened, dataFolder } = options;
  const { settings } = opened;
  const clock = systemClock;
  const human =
    settings.log.format === 'human' || (settings.log.format === 'auto' && options.output.isTTY === true);
  let store: SqliteStore | undefined;
  let market: OpenMarket | undefined;
  let server: HttpServer | undefined;
  let service: Service | undefined;
  let restart: (why: string) => void = () => undefined;
  // The folder is taken before the log file in it is opened: two instances must not rotate one file.
  const earlyLog = createLog(clock, settings.log, { output: options.output, human, folder: null });
  let log = earlyLog;
  try {
    store = openSqliteStore({
      clock,
      log: earlyLog.child('store'),
      folder: dataFolder,
      retention: settings.retention,
    });
    log = createLog(clock, settings.log, { output: options.output, human, folder: dataFolder });
    await earlyLog.close();
    for (const warning of opened.warnings) log.warning(warning);
    if (opened.refused) log.critical('The configuration file is refused.', { ...opened.refused });
    market = await openMarket(options.market, settings, clock);
    const config = createLiveConfig({ clock, log: log.child('config'), opened, write: writeWhole });
    const ownLog = log;
    config.join({
      name: 'log',
      prepare: (next) => () => {
        ownLog.setLevel(next.log.level);
      },
    });
    service = createService({
      clock,
      random: createRandom(createId(systemEntropy)),
      log,
      store,
      transport: market.transport,
      stream: market.stream && { transport: market.stream, random: createRandom(createId(systemEntropy)) },
      marketKind: market.kind,
      discoveries: market.discoveries,
      settings,
      config,
      pid: process.pid,
      evidence: createEvidence(clock, log.child('recovery'), dataFolder, settings.retention.reports),
      collectGarbage,
      onRestart: (why) => restart(why),
      resources: createResources({
        clock,
        log: log.child('resources'),
        dataFolder,
        settings: settings.signals,
      }),
      loopWatch: settings.watchdog.enabled
        ? createLoopWatch({
            clock,
            log: log.child('watchdog'),
            dataFolder,
            stderr: human ? 'text' : 'json',
            settings: settings.watchdog,
          })
        : undefined,
    });
    const { note, timing, view } = service;
    const { tlsCertFile, tlsKeyFile, publicOrigin, host, port, trustLocal } = settings.http;
    server = createHttpServer({
      host,
      port,
      trustLocal,
      ...(tlsCertFile !== null && tlsKeyFile !== null
        ? { tls: { certFile: tlsCertFile, keyFile: tlsKeyFile } }
        : {}),
      ...(publicOrigin === null ? {} : { publicOrigins: [publicOrigin] }),
      clock,
      entropy: systemEntropy,
      log: log.child('http'),
      view,
      access: accessTokensOf(store),
      config,
      onSecurity: note,
      onAnswered(route, durationMs, ok) {
        timing('http', route).record(durationMs, ok);
      },
      dashboardDir: fileURLToPath(new URL('../dashboard/', import.meta.url)),
      version: VERSION,
    });
    const listening = await server.listen();
    const url = listening.url.replace('//127.0.0.1:', '//localhost:');
    writeInstance(dataFolder, { pid: process.pid, url: listening.url, startedAt: clock.now() });
    await service.start();
    config.start();
    const stopResourceLine = startResourceLine({
      clock,
      log: log.child('resources'),
      dataFolder,
      status: () => view.health().status,
    });

    const stopLogUpkeep = startLogUpkeep({
      clock,
      log: log.child('log'),
      dataFolder,
      keptMs: settings.retention.logsMs,
    });

    log.info('Moonwarden is ready.', {
      version: VERSION,
      url,
      market: market.kind,
      source: market.transport.origin,
    });
    const running = { store, market, server, service };
    let stopping: Promise<void> | undefined;
    return {
      url,
      greeting: (withLoginLink) =>
        greeting(
          { url, port: listening.port },
          withLoginLink ? running.server.mintLoginLink() : null,
          running.market,
          dataFolder,
        ),
      log,
      reload: () => config.reload('signal'),
      guard(events, onCrash) {
        guardProcess({ events, contain: running.service.contain, onCrash });
      },
      onRestart(listener) {
        restart = listener;
      },
      stop(cause) {
        stopping ??= (async () => {
          log.info('Moonwarden is stopping.', { cause });
          stopResourceLine();
          stopLogUpkeep();
          await config.stop();
          await running.server.close();
          await running.service.stop(cause);
          await running.market.close();
          removeInstance(dataFolder);
          log.info('Moonwarden has stopped.');
          await log.close();
        })().catch((error: unknown) => {
          log.error('Stopping failed.', { cause: describeError(error) });
        });
        return stopping;
      },
    };
  } catch (error) {
    if (store && server) removeInstance(dataFolder);
    await server?.close();
    await service?.stop('the start failed');
    await market?.close();
    await store?.close();
    await log.close();
    throw error;
  }
}

function greeting(
  { url, port }: { readonly url: string; readonly port: number },
  loginLink: string | null,
  market: OpenMarket,
  dataFolder: string,
): readonly string[] {
  const source =
    market.kind === 'live' ? market.transport.origin : `${market.kind}, served on ${market.transport.origin}`;
  return [
    `Moonwarden ${VERSION} runs: ${url}`,
    `  market        ${source}`,
    `  data          ${dataFolder}`,
    `  from a laptop ssh -L ${port}:localhost:${port} ${userInfo().username}@${hostname()}   then open ${url}`,
    ...(loginLink === null ? [] : [`  log in once   ${url}${loginLink}   (valid for 10 minutes)`]),
    '  Ctrl-C stops it.',
  ];
}

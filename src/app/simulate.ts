import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  FakeClock,
  MoonwardenError,
  createRandom,
  describeError,
  silentLogger,
  trapGlobals,
} from '../kernel/index.ts';
import type { TokenStatus } from '../contract/index.ts';
import {
  createPushServer,
  createSimulatedMarket,
  inProcessFeed,
  inProcessTransport,
  simulatedTape,
} from '../simulator/index.ts';
import { openSqliteStore } from '../storage/index.ts';
import { createService } from './service.ts';
import { loadSettings } from './settings.ts';

/** Options of {@link simulate}. */
export interface SimulationOptions {
  readonly seed: number;
  readonly tokens: number;
  readonly days: number;
  /** File that takes the journal, one JSON entry a line. */
  readonly journalFile?: string | undefined;
}

/** What a simulated run came to. The same options give the same report and the same journal, on any machine. */
export interface SimulationReport {
  readonly seed: number;
  readonly days: number;
  readonly counts: Readonly<Record<TokenStatus, number>>;
  readonly journalEntries: number;
  readonly entriesByType: Readonly<Record<string, number>>;
  /** SHA-256 of the journal, in hex. */
  readonly journalHash: string;
  readonly status: string;
}

const DAY_MS = 86_400_000;
const STEP_MS = 3_600_000;

/**
 * Runs the real service (pipeline, store, warden) under virtual time over a simulated market in this process. While it
 * runs, the global clock, timers and chance are trapped.
 * @throws MoonwardenError INTERNAL when something reached for real time or chance.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { settings } = loadSettings({ environment: {}, file: null });
  const hash = createHash('sha256');
  const entriesByType: Record<string, number> = {};
  const output = options.journalFile === undefined ? null : openSync(options.journalFile, 'w');
  const release = trapGlobals();
  try {
    const clock = new FakeClock();
    const market = createSimulatedMarket({ seed: options.seed, tokens: options.tokens, clock });
    const store = openSqliteStore({ clock, log: silentLogger, folder: null });
    store.onCommit((entries) => {
      for (const entry of entries) {
        const line = `${JSON.stringify(entry)}\n`;
        hash.update(line);
        if (output !== null) writeSync(output, line);
        entriesByType[entry.type] = (entriesByType[entry.type] ?? 0) + 1;
      }
    });
    const service = createService({
      clock,
      log: silentLogger,
      store,
      transport: inProcessTransport(market),
      stream: {
        transport: inProcessFeed(createPushServer(simulatedTape(market, clock))),
        random: createRandom(options.seed).fork('stream'),
      },
      marketKind: 'sim',
      discoveries: market.discoveries(),
      settings,
      pid: null,
    });
    const started = service.start();
    // Many discoveries are taken in part by part, with a wait in between.
    await clock.advance(0);
    await started;
    for (let elapsedMs = 0; elapsedMs < options.days * DAY_MS; elapsedMs += STEP_MS) {
      await clock.advance(Math.min(STEP_MS, options.days * DAY_MS - elapsedMs));
    }
    const { counts, status } = service.view.overview();
    const stopped = service.stop('the simulation is over');
    // Stopping waits for reads under way, which need time to pass.
    await clock.advance(60_000);
    await stopped;
    const escaped = release();
    const [first] = escaped;
    if (first) {
      throw new MoonwardenError(
        'INTERNAL',
        `${escaped.length} calls escaped virtual time, the first: ${first.name}\n${first.stack}`,
      );
    }
    const { total: _total, ...byStatus } = counts;
    return {
      seed: options.seed,
      days: options.days,
      counts: byStatus,
      journalEntries: Object.values(entriesByType).reduce((sum, count) => sum + count, 0),
      entriesByType,
      journalHash: hash.digest('hex'),
      status,
    };
  } catch (error) {
    throw error instanceof MoonwardenError
      ? error
      : new MoonwardenError('INTERNAL', describeError(error), { cause: error });
  } finally {
    release();
    if (output !== null) closeSync(output);
  }
}

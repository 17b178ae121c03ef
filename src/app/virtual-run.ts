import {
  FakeClock,
  MoonwardenError,
  createRandom,
  describeError,
  silentLogger,
  trapGlobals,
  type Clock,
} from '../kernel/index.ts';
import type { JournalEntry, Overview } from '../contract/index.ts';
import type { DexTransport } from '../hosts/dexscreener/index.ts';
import type { ServiceView } from '../http/index.ts';
import { openSqliteStore } from '../storage/index.ts';
import { createService, type ServiceParts } from './service.ts';
import type { Settings } from './settings.ts';

/** Something to do in the middle of a run. */
export interface Appointment {
  /** Since the start of the run. */
  readonly atMs: number;
  /** What it begins settles before time goes on, as far as it needs no time. */
  readonly act: (view: ServiceView) => unknown;
}

/** Options of {@link runVirtually}. */
export interface VirtualRunOptions {
  readonly durationMs: number;
  readonly settings: Settings;
  /** Opens what the service reads; settles on promises and the clock alone. */
  readonly open: (clock: Clock) => {
    readonly transport: DexTransport;
    readonly discoveries: readonly string[];
    readonly stream?: ServiceParts['stream'];
  };
  readonly onEntries?: (entries: readonly JournalEntry[]) => void;
  readonly appointments?: readonly Appointment[];
  /** Called now and then with how far the run is, in virtual ms. */
  readonly onProgress?: (elapsedMs: number) => void;
}

/** What a run under virtual time left behind. */
export interface VirtualRun {
  readonly startMs: number;
  readonly endMs: number;
  readonly overview: Overview;
}

const STEP_MS = 3_600_000;

/**
 * Runs the real service (pipeline, store, warden) under virtual time. While it runs, the global clock, timers and chance
 * are trapped.
 * @throws MoonwardenError INTERNAL when something reached for real time or chance.
 */
export async function runVirtually(options: VirtualRunOptions): Promise<VirtualRun> {
  const { durationMs, settings, appointments = [] } = options;
  const clock = new FakeClock();
  const startMs = clock.now();
  const release = trapGlobals();
  try {
    const { transport, discoveries, stream } = options.open(clock);
    const store = openSqliteStore({ clock, log: silentLogger, folder: null });
    if (options.onEntries) store.onCommit(options.onEntries);
    const service = createService({
      clock,
      random: createRandom('virtual run'),
      log: silentLogger,
      store,
      transport,
      marketKind: 'sim',
      discoveries,
      // Nobody reads the history of signals of such a run.
      settings: { ...settings, signals: { ...settings.signals, recordEveryMs: Infinity } },
      pid: null,
      ...(stream ? { stream } : {}),
    });
    const started = service.start();
    // Many discoveries are taken in part by part, with a wait in between.
    await clock.advance(0);
    await started;
    let elapsedMs = 0;
    const goTo = async (untilMs: number): Promise<void> => {
      while (elapsedMs < untilMs) {
        const stepMs = Math.min(STEP_MS, untilMs - elapsedMs);
        await clock.advance(stepMs);
        elapsedMs += stepMs;
        options.onProgress?.(elapsedMs);
      }
    };
    for (const { atMs, act } of appointments) {
      await goTo(Math.min(atMs, durationMs));
      let failure: unknown;
      Promise.resolve(act(service.view)).catch((error: unknown) => {
        failure = error;
      });
      await clock.settle();
      if (failure !== undefined) throw failure as Error;
    }
    await goTo(durationMs);
    const overview = service.view.overview();
    const endMs = clock.now();
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
    return { startMs, endMs, overview };
  } catch (error) {
    throw error instanceof MoonwardenError
      ? error
      : new MoonwardenError('INTERNAL', describeError(error), { cause: error });
  } finally {
    release();
  }
}

import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { MoonwardenError, createRandom, describeError } from '../kernel/index.ts';
import type { TokenStatus } from '../contract/index.ts';
import {
  createPushServer,
  createSimulatedMarket,
  inProcessFeed,
  inProcessTransport,
  simulatedTape,
} from '../simulator/index.ts';
import { loadSettings } from './settings.ts';
import { runVirtually } from './virtual-run.ts';

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

/**
 * Runs the real service under virtual time over a simulated market in this process.
 * @throws MoonwardenError FILE_UNREADABLE when the journal cannot be written; INTERNAL when something reached for real
 * time or chance.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { settings } = loadSettings({ environment: {}, file: null });
  const hash = createHash('sha256');
  const entriesByType: Record<string, number> = {};
  const output = options.journalFile === undefined ? null : openJournal(options.journalFile);
  try {
    const { overview } = await runVirtually({
      durationMs: options.days * DAY_MS,
      settings,
      open(clock) {
        const market = createSimulatedMarket({ seed: options.seed, tokens: options.tokens, clock });
        return {
          transport: inProcessTransport(market),
          stream: {
            transport: inProcessFeed(createPushServer(simulatedTape(market, clock))),
            random: createRandom(options.seed).fork('stream'),
          },
          discoveries: market.discoveries(),
        };
      },
      onEntries(entries) {
        for (const entry of entries) {
          const line = `${JSON.stringify(entry)}\n`;
          hash.update(line);
          if (output !== null) writeSync(output, line);
          entriesByType[entry.type] = (entriesByType[entry.type] ?? 0) + 1;
        }
      },
    });
    const { total: _total, ...byStatus } = overview.counts;
    return {
      seed: options.seed,
      days: options.days,
      counts: byStatus,
      journalEntries: Object.values(entriesByType).reduce((sum, count) => sum + count, 0),
      entriesByType,
      journalHash: hash.digest('hex'),
      status: overview.status,
    };
  } finally {
    if (output !== null) closeSync(output);
  }
}

function openJournal(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    throw new MoonwardenError('FILE_UNREADABLE', `cannot write the journal ${file}: ${describeError(error)}`);
  }
}

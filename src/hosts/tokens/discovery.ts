import { readFileSync, statSync } from 'node:fs';
import { MoonwardenError, describeError, type Clock, type Logger } from '../../kernel/index.ts';
import type { DexClient } from '../dexscreener/index.ts';
import { parseMintList } from './mint-list.ts';
import type { TokenPipeline } from './pipeline.ts';
import type { TokenSettings } from './settings.ts';

/** What a feed has brought since the start. Times are wall-clock milliseconds. */
export interface FeedStatus {
  readonly name: string;
  readonly lastAt: number | null;
  readonly found: number;
  readonly duplicates: number;
  readonly rejected: number;
}

/** Asks the feeds for new tokens. */
export interface Discovery {
  start(): void;
  stop(): void;
  feeds(): readonly FeedStatus[];
}

export interface DiscoveryPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly dex: DexClient;
  readonly pipeline: Pick<TokenPipeline, 'add'>;
  readonly settings: Pick<TokenSettings, 'profiles' | 'boosts' | 'feedIntervalMs' | 'importFile'>;
}

interface Found {
  readonly mints: readonly string[];
  /** Called when they have been taken in. */
  readonly taken?: () => void;
}

interface Feed {
  readonly name: string;
  readonly fetch: (signal: AbortSignal) => Promise<Found>;
  status: FeedStatus;
  complaint: string | null;
}

/** While a feed has never answered it is asked this often, so that a first start is not empty for a minute. */
const FIRST_ANSWER_RETRY_MS = 5_000;

export function createDiscovery({ clock, log, dex, pipeline, settings }: DiscoveryPorts): Discovery {
  const stopping = new AbortController();
  const feed = (name: string, fetch: Feed['fetch']): Feed => ({
    name,
    fetch,
    status: { name, lastAt: null, found: 0, duplicates: 0, rejected: 0 },
    complaint: null,
  });
  const { importFile } = settings;
  const feeds = [
    ...(settings.profiles ? [feed('profiles', (signal) => dex.listings('profiles', signal))] : []),
    ...(settings.boosts ? [feed('boosts', (signal) => dex.listings('boosts', signal))] : []),
    ...(importFile === null ? [] : [feed('file', createFileReader(importFile))]),
  ];

  const ask = async (one: Feed): Promise<void> => {
    try {
      const { mints, taken } = await one.fetch(stopping.signal);
      const result = await pipeline.add(mints, one.name);
      taken?.();
      one.complaint = null;
      one.status = {
        name: one.name,
        lastAt: clock.now(),
        found: one.status.found + result.added.length,
        duplicates: one.status.duplicates + result.duplicates,
        rejected: one.status.rejected + result.rejected.length,
      };
    } catch (error) {
      const cause = describeError(error);
      // A cause that counts along ("after 7 failures") is no new one.
      const complaint = cause.replaceAll(/\d+/g, '#');
      // The page shows a feed that stays silent; the log says each new cause once.
      if (!stopping.signal.aborted && complaint !== one.complaint) {
        log.warning('A feed could not be read; it is asked again.', { feed: one.name, cause });
      }
      one.complaint = complaint;
    }
  };

  const run = async (one: Feed): Promise<void> => {
    while (!stopping.signal.aborted) {
      await ask(one);
      const restMs =
        one.status.lastAt === null
          ? Math.min(FIRST_ANSWER_RETRY_MS, settings.feedIntervalMs)
          : settings.feedIntervalMs;
      await clock.sleep(restMs, stopping.signal).catch(() => undefined);
    }
  };

  return {
    start() {
      for (const one of feeds) void run(one);
    },
    stop() {
      stopping.abort(new Error('discovery is stopping'));
    },
    feeds: () => feeds.map(({ status }) => status),
  };
}

/** Gives the mints of a file until they have been taken in, and again when it has changed. */
function createFileReader(file: string): () => Promise<Found> {
  let readMs: number | undefined;
  return () => {
    try {
      const { mtimeMs } = statSync(file);
      if (mtimeMs === readMs) return Promise.resolve({ mints: [] });
      const mints = parseMintList(readFileSync(file, 'utf8'));
      return Promise.resolve({
        mints,
        taken: () => {
          readMs = mtimeMs;
        },
      });
    } catch (error) {
      return Promise.reject(
        new MoonwardenError('FILE_UNREADABLE', `cannot read ${file}: ${describeError(error)}`),
      );
    }
  };
}

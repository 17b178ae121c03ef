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

interface Feed {
  readonly name: string;
  readonly fetch: (signal: AbortSignal) => Promise<readonly string[]>;
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
    ...(settings.profiles
      ? [feed('profiles', async (signal) => (await dex.listings('profiles', signal)).mints)]
      : []),
    ...(settings.boosts
      ? [feed('boosts', async (signal) => (await dex.listings('boosts', signal)).mints)]
      : []),
    ...(importFile === null ? [] : [feed('file', createFileReader(importFile))]),
  ];

  const ask = async (one: Feed): Promise<void> => {
    try {
      const result = await pipeline.add(await one.fetch(stopping.signal), one.name);
      one.complaint = null;
      one.status = {
        name: one.name,
        lastAt: clock.now(),
        found: one.status.found + result.added.length,
        duplicates: one.status.duplicates + result.duplicates,
        rejected: one.status.rejected + result.rejected.length,
      };
    } catch (error) {
      const complaint = describeError(error);
      // The page shows a feed that stays silent; the log says each new cause once.
      if (!stopping.signal.aborted && complaint !== one.complaint) {
        log.warning('A feed could not be read; it is asked again.', { feed: one.name, cause: complaint });
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

/** Gives the mints of a file when it is new or has changed, and nothing while it has not. */
function createFileReader(file: string): () => Promise<readonly string[]> {
  let readMs: number | undefined;
  return () => {
    try {
      const { mtimeMs } = statSync(file);
      if (mtimeMs === readMs) return Promise.resolve([]);
      const mints = parseMintList(readFileSync(file, 'utf8'));
      readMs = mtimeMs;
      return Promise.resolve(mints);
    } catch (error) {
      return Promise.reject(
        new MoonwardenError('FILE_UNREADABLE', `cannot read ${file}: ${describeError(error)}`),
      );
    }
  };
}

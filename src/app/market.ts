import { existsSync } from 'node:fs';
import { MoonwardenError, type Clock } from '../kernel/index.ts';
import { VERSION } from '../client/index.ts';
import { createHttpTransport, type DexTransport } from '../hosts/dexscreener/index.ts';
import { createWsTransport, type FeedTransport } from '../hosts/pumpportal/index.ts';
import {
  FEED_PATH,
  createPushServer,
  createSimulatedMarket,
  openRecordedMarket,
  recordedTape,
  serveMarket,
  simulatedTape,
  type Market,
  type PushServer,
} from '../simulator/index.ts';
import type { Settings } from './settings.ts';

/** Which market the service reads. */
export type MarketChoice =
  | { readonly kind: 'live' }
  | { readonly kind: 'sim'; readonly seed: number; readonly tokens: number }
  | { readonly kind: 'recorded'; readonly folder: string };

/** A market that is open for reading. */
export interface OpenMarket {
  readonly kind: MarketChoice['kind'];
  readonly transport: DexTransport;
  /** The stream that tells of tokens; undefined where a recording has none. */
  readonly stream: FeedTransport | undefined;
  /** Mints to watch from the start. */
  readonly discoveries: readonly string[];
  close(): Promise<void>;
}

const SIM_DEFAULTS = { seed: 7, tokens: 200 } as const;

/**
 * Reads `live`, `sim`, `sim:SEED`, `sim:SEED:TOKENS` or `recorded:DIR`.
 * @throws MoonwardenError USAGE.
 */
export function parseMarketChoice(text: string): MarketChoice {
  if (text === 'live') return { kind: 'live' };
  const sim = /^sim(?::(\d{1,9})(?::(\d{1,6}))?)?$/.exec(text);
  if (sim) {
    return {
      kind: 'sim',
      seed: Number(sim[1] ?? SIM_DEFAULTS.seed),
      tokens: Number(sim[2] ?? SIM_DEFAULTS.tokens),
    };
  }
  const folder = /^recorded:(.+)$/.exec(text)?.[1];
  if (folder !== undefined) return { kind: 'recorded', folder };
  throw new MoonwardenError('USAGE', `--market takes live, sim or recorded:DIR, not ${JSON.stringify(text)}`);
}

/** Opens a market. A simulated or recorded one is served over loopback HTTP, so that reads go the way they always go. */
export async function openMarket(
  choice: MarketChoice,
  settings: Pick<Settings, 'dexscreener' | 'pumpportal'>,
  clock: Clock,
): Promise<OpenMarket> {
  const userAgent = `moonwarden/${VERSION}`;
  const transportTo = (url: string): DexTransport =>
    createHttpTransport({ url, maxBodyBytes: settings.dexscreener.maxBodyBytes, userAgent });
  const streamFrom = (url: string): FeedTransport => createWsTransport({ url, userAgent });
  if (choice.kind === 'live') {
    const transport = transportTo(settings.dexscreener.url);
    const stream = streamFrom(settings.pumpportal.url);
    return { kind: 'live', transport, stream, discoveries: [], close: () => transport.close() };
  }
  const { market, push } = openLocalMarket(choice, clock);
  const served = await serveMarket(market, { clock, push });
  const transport = transportTo(served.url);
  return {
    kind: choice.kind,
    transport,
    stream: push && streamFrom(`${served.url.replace(/^http/, 'ws')}${FEED_PATH}`),
    discoveries: market.discoveries(),
    async close() {
      await transport.close();
      await served.close();
    },
  };
}

function openLocalMarket(
  choice: Exclude<MarketChoice, { kind: 'live' }>,
  clock: Clock,
): { readonly market: Market; readonly push: PushServer | undefined } {
  if (choice.kind === 'sim') {
    const market = createSimulatedMarket({ seed: choice.seed, tokens: choice.tokens, clock });
    return { market, push: createPushServer(simulatedTape(market, clock)) };
  }
  if (!existsSync(choice.folder)) {
    throw new MoonwardenError('FILE_UNREADABLE', `there is no folder ${choice.folder} with recorded answers`);
  }
  const tape = recordedTape(choice.folder, clock);
  return { market: openRecordedMarket(choice.folder), push: tape && createPushServer(tape) };
}

import { MoonwardenError, describeError, type Clock, type Logger } from '../kernel/index.ts';
import type { ExportQuery, MarketsExport } from '../contract/index.ts';
import { VERSION } from '../client/index.ts';
import {
  createExportFile,
  exportMarkets,
  exportText,
  writeWhole,
  type ExportFile,
  type ExportSettings,
  type Token,
  type TokenPipeline,
  type TokenSettings,
} from '../hosts/tokens/index.ts';

/** Writes what a service exported, whole. @throws MoonwardenError FILE_UNWRITABLE. */
export async function writeExport(file: string, markets: MarketsExport): Promise<void> {
  try {
    await writeWhole(file, exportText(markets));
  } catch (error) {
    throw new MoonwardenError('FILE_UNWRITABLE', `cannot write ${file}: ${describeError(error)}`);
  }
}

/** What bots get. */
export interface Exports {
  markets(query: ExportQuery): MarketsExport;
  /** What writes them to a file; null when none is configured. */
  readonly file: ExportFile | null;
}

type Tokens = Pick<TokenPipeline, 'registry' | 'whole'>;

function* tokensIn(tokens: Tokens): Iterable<Token> {
  const { registry } = tokens;
  for (const mint of registry.mints()) {
    // Only active ones are exported, and only they need their pools.
    const token = registry.get(mint)?.status === 'active' ? tokens.whole(mint) : undefined;
    if (token) yield token;
  }
}

/** Joins the export to the tokens in memory and to its file. */
export function createExports(ports: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly tokens: Tokens;
  readonly settings: { readonly tokens: TokenSettings; readonly export: ExportSettings };
}): Exports {
  const { clock, log, tokens, settings } = ports;
  const markets = (query: ExportQuery): MarketsExport =>
    exportMarkets({
      tokens: tokensIn(tokens),
      query,
      settings: settings.export,
      pools: settings.tokens,
      usualMinScore: settings.tokens.minScore,
      version: VERSION,
      now: clock.now(),
    });
  const { file } = settings.export;
  const exportFile = file === null ? null : createExportFile({ log, file, content: () => markets({}) });
  return { markets, file: exportFile };
}

import type { CheckStep, HistoryRange, ScoreHistory } from '../../contract/index.ts';
import type { StoredDetail, Token } from '../../hosts/tokens/index.ts';
import type { Database } from './database.ts';
import type { TokenDetailTable, TokenTable } from './tables.ts';

/** Reads every token without its detail. What many tokens have in common is kept once: they all stay in memory. */
export function* readTokens(database: Database): Iterable<Token> {
  const shared = createSharing();
  for (const row of database.prepare('SELECT * FROM token ORDER BY id').iterate())
    yield tokenOf(row as TokenTable, shared);
}

interface Sharing {
  /** The first of all texts that are the same. */
  text(text: string): string;
  /** What a text of JSON says; the same object for the same text. */
  parsed(text: string | null): unknown;
}

/** Texts beyond this many are not remembered: they differ from token to token. */
const MOST_SHARED = 20_000;

function createSharing(): Sharing {
  const texts = new Map<string, string>();
  const values = new Map<string, unknown>();
  return {
    text(text) {
      const known = texts.get(text);
      if (known !== undefined) return known;
      if (texts.size < MOST_SHARED) texts.set(text, text);
      return text;
    },
    parsed(text) {
      if (text === null) return null;
      const known = values.get(text);
      if (known !== undefined) return known;
      const value = JSON.parse(text) as unknown;
      if (values.size < MOST_SHARED) values.set(text, value);
      return value;
    },
  };
}

/** Reads the detail of a token. One that cannot be read counts for none: the next full read brings it anew. */
export function createDetailReader(database: Database): (mint: string) => StoredDetail | undefined {
  const detail = database.prepare(
    'SELECT * FROM token_detail WHERE token_id = (SELECT id FROM token WHERE mint = ?)',
  );
  return (mint) => {
    const row = detail.get(mint) as TokenDetailTable | undefined;
    if (row === undefined) return undefined;
    try {
      return {
        pools: (parse(row.pools) ?? []) as Token['pools'],
        check: parse(row.activation_check) as Token['check'],
        verification: parse(row.verification) as Token['verification'],
      };
    } catch {
      return undefined;
    }
  };
}

function tokenOf(row: TokenTable, shared: Sharing): Token {
  const steps = shared.parsed(row.check_steps) as CheckStep[] | null;
  return {
    mint: row.mint,
    symbol: row.symbol,
    name: row.name,
    status: shared.text(row.status) as Token['status'],
    statusSince: row.status_since,
    discoveredAt: row.discovered_at,
    discoveredBy: shared.text(row.discovered_by),
    firstPoolAt: row.first_pool_at,
    score: row.score,
    smoothedScore: row.smoothed_score,
    components: shared.parsed(row.components) as Token['components'],
    smoothedComponents: shared.parsed(row.smoothed_components) as Token['components'],
    metrics: shared.parsed(row.metrics) as Token['metrics'],
    scoredTick: row.scored_tick,
    pools: [],
    check: steps && {
      at: row.checked_at ?? 0,
      passed: steps.every(({ passed }) => passed),
      steps,
      pools: [],
    },
    refreshedAt: row.refreshed_at,
    checkedAt: row.checked_at,
    checkSince: row.check_since,
    quality: parse(row.quality) as Token['quality'],
    scoredAt: row.scored_at,
    loss: parse(row.loss) as Token['loss'],
    belowMs: row.below_ms,
    held: parse(row.held) as Token['held'],
    verification: null,
  };
}

function parse(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

const RANGES: Record<HistoryRange, { readonly lengthMs: number; readonly stepMs: number | null }> = {
  '2h': { lengthMs: 2 * 3_600_000, stepMs: null },
  '48h': { lengthMs: 48 * 3_600_000, stepMs: 60_000 },
  '30d': { lengthMs: 30 * 86_400_000, stepMs: 900_000 },
};

/** Reads the score history of a token: at most 2,880 rows, by index. */
export function createHistoryReader(
  database: Database,
): (mint: string, range: HistoryRange, now: number) => ScoreHistory {
  const raw = database.prepare(`
    SELECT at, smoothed_score AS score, smoothed_score AS min, smoothed_score AS max, liquidity_usd AS liquidityUsd,
      price_usd AS priceUsd
    FROM score WHERE token_id = (SELECT id FROM token WHERE mint = ?) AND at >= ? ORDER BY tick`);
  const rows = database.prepare(`
    SELECT at, sum / count AS score, min, max, liquidity_usd AS liquidityUsd, price_usd AS priceUsd
    FROM score_row WHERE token_id = (SELECT id FROM token WHERE mint = ?) AND step_ms = ? AND at >= ? ORDER BY at`);
  return (mint, range, now) => {
    const { lengthMs, stepMs } = RANGES[range];
    const points = stepMs === null ? raw.all(mint, now - lengthMs) : rows.all(mint, stepMs, now - lengthMs);
    return {
      mint,
      range,
      stepMs,
      points: points.map((point) => ({ ...(point as ScoreHistory['points'][number]) })),
    };
  };
}

import type { Generated } from 'kysely';

/** A token, as stored. JSON columns hold what their names say, in the types of the tokens host. */
export interface TokenTable {
  id: Generated<number>;
  mint: string;
  symbol: string | null;
  name: string | null;
  status: string;
  status_since: number;
  discovered_at: number;
  discovered_by: string;
  first_pool_at: number | null;
  score: number | null;
  smoothed_score: number | null;
  components: string | null;
  smoothed_components: string | null;
  metrics: string | null;
  scored_tick: number | null;
  liquidity_usd: number | null;
  price_usd: number | null;
  volume_5m_usd: number | null;
  tx_5m: number | null;
  pool_count: number;
  primary_dex: string | null;
  refreshed_at: number | null;
  checked_at: number | null;
  check_since: number | null;
  quality: string | null;
  scored_at: number | null;
  loss: string | null;
  below_ms: number;
  held: string | null;
  check_steps: string | null;
}

/** What of a token is large and changes with full reads only. */
export interface TokenDetailTable {
  token_id: number;
  pools: string;
  activation_check: string | null;
  verification: string | null;
}

export interface JournalTable {
  seq: Generated<number>;
  at: number;
  type: string;
  subject: string | null;
  reason: string;
  data: string;
}

interface ScoreTable {
  token_id: number;
  tick: number;
  at: number;
  score: number;
  smoothed_score: number;
  liquidity_usd: number | null;
  price_usd: number | null;
}

interface ScoreRowTable {
  token_id: number;
  step_ms: number;
  at: number;
  min: number;
  max: number;
  sum: number;
  count: number;
  liquidity_usd: number | null;
  price_usd: number | null;
}

interface AccessTokenTable {
  id: string;
  name: string;
  scope: string;
  hash: string;
  created_at: number;
  last_used_at: number | null;
}

interface MetaTable {
  key: string;
  value: string;
}

export interface Tables {
  token: TokenTable;
  token_detail: TokenDetailTable;
  score: ScoreTable;
  score_row: ScoreRowTable;
  journal: JournalTable;
  access_token: AccessTokenTable;
  meta: MetaTable;
}

import type { JournalEntry } from '../../contract/index.ts';
import type { Token, TokenChange } from '../../hosts/tokens/index.ts';
import type { Database } from './database.ts';

/** The steps of the rows that a score is summed up into, in ms. */
const ROW_STEPS_MS = [60_000, 900_000] as const;

/** Applies changes with statements that are prepared once. To be called inside a transaction. */
export function createWriter(database: Database): (changes: readonly TokenChange[]) => JournalEntry[] {
  const addToken = database.prepare(`
    INSERT INTO token (mint, symbol, name, status, status_since, discovered_at, discovered_by, pool_count)
    VALUES (?, ?, ?, ?, ?, ?, ?, 0)`);
  const refreshed = `symbol = ?, name = ?, status = ?, status_since = ?, first_pool_at = ?, score = ?,
    smoothed_score = ?, components = ?, smoothed_components = ?, metrics = ?, scored_tick = ?, liquidity_usd = ?,
    price_usd = ?, volume_5m_usd = ?, tx_5m = ?, pool_count = ?, primary_dex = ?, refreshed_at = ?, checked_at = ?`;
  const refreshToken = database.prepare(`UPDATE token SET ${refreshed} WHERE mint = ?`);
  const putDetail = database.prepare(`
    INSERT INTO token_detail (token_id, pools, activation_check) SELECT id, ?, ? FROM token WHERE mint = ?
    ON CONFLICT (token_id) DO UPDATE SET pools = excluded.pools, activation_check = excluded.activation_check`);
  const addScore = database.prepare(`
    INSERT OR IGNORE INTO score (token_id, tick, at, score, smoothed_score, liquidity_usd, price_usd)
    SELECT id, ?, ?, ?, ?, ?, ? FROM token WHERE mint = ?`);
  const sumUp = database.prepare(`
    INSERT INTO score_row (token_id, step_ms, at, min, max, sum, count, liquidity_usd, price_usd)
    SELECT id, ?, ?, ?, ?, ?, 1, ?, ? FROM token WHERE mint = ?
    ON CONFLICT (token_id, step_ms, at) DO UPDATE SET
      min = min(min, excluded.min), max = max(max, excluded.max), sum = sum + excluded.sum, count = count + 1,
      liquidity_usd = excluded.liquidity_usd, price_usd = excluded.price_usd`);
  const addEntry = database.prepare(
    'INSERT INTO journal (at, type, subject, reason, data) VALUES (?, ?, ?, ?, ?)',
  );

  return (changes) => {
    const entries: JournalEntry[] = [];
    for (const change of changes) {
      switch (change.kind) {
        case 'token.added': {
          const { mint, symbol, name, status, statusSince, discoveredAt, discoveredBy } = change.token;
          addToken.run(mint, text(symbol), text(name), status, statusSince, discoveredAt, text(discoveredBy));
          break;
        }
        case 'token.refreshed':
          refreshToken.run(...refreshValues(change.token), change.token.mint);
          break;
        case 'token.checked':
          refreshToken.run(...refreshValues(change.token), change.token.mint);
          putDetail.run(JSON.stringify(change.token.pools), json(change.token.check), change.token.mint);
          break;
        case 'score.recorded': {
          const { mint, tick, at, score, smoothedScore, liquidityUsd, priceUsd } = change;
          const { changes: added } = addScore.run(
            tick,
            at,
            score,
            smoothedScore,
            liquidityUsd,
            priceUsd,
            mint,
          );
          if (added === 0) break;
          for (const stepMs of ROW_STEPS_MS) {
            const start = Math.floor(at / stepMs) * stepMs;
            sumUp.run(
              stepMs,
              start,
              smoothedScore,
              smoothedScore,
              smoothedScore,
              liquidityUsd,
              priceUsd,
              mint,
            );
          }
          break;
        }
        case 'journal': {
          const { entry } = change;
          const { lastInsertRowid } = addEntry.run(
            entry.at,
            entry.type,
            text(entry.subject),
            text(entry.reason),
            JSON.stringify(entry.data),
          );
          entries.push({ ...entry, seq: Number(lastInsertRowid) });
          break;
        }
      }
    }
    return entries;
  };
}

function refreshValues(token: Token): (string | number | null)[] {
  const [first] = token.pools;
  return [
    text(token.symbol),
    text(token.name),
    token.status,
    token.statusSince,
    token.firstPoolAt,
    token.score,
    token.smoothedScore,
    json(token.components),
    json(token.smoothedComponents),
    json(token.metrics),
    token.scoredTick,
    token.metrics?.liquidityUsd ?? null,
    first?.priceUsd ?? null,
    token.metrics?.volume5mUsd ?? null,
    token.metrics?.tx5m ?? null,
    token.pools.length,
    text(first?.dex ?? null),
    token.refreshedAt,
    token.checkedAt,
  ];
}

function json(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** SQLite ends text at a NUL; what a stranger wrote after one must not vanish. In JSON it is escaped anyway. */
function text(value: string | null): string | null {
  return value?.replaceAll('\0', '\uFFFD') ?? null;
}

import type { JournalEntry } from '../../contract/index.ts';
import type { Token, TokenChange } from '../../hosts/tokens/index.ts';
import type { Database } from './database.ts';

/** The steps of the rows that a score is summed up into, in ms. */
const ROW_STEPS_MS = [60_000, 900_000] as const;

const HOUR_MS = 3_600_000;

/** Applies changes with statements that are prepared once. To be called inside a transaction. */
export function createWriter(database: Database): (changes: readonly TokenChange[]) => JournalEntry[] {
  const addToken = database.prepare(`
    INSERT INTO token (mint, symbol, name, status, status_since, discovered_at, discovered_by, pool_count)
    VALUES (?, ?, ?, ?, ?, ?, ?, 0)`);
  const refreshed = `symbol = ?, name = ?, status = ?, status_since = ?, first_pool_at = ?, score = ?,
    smoothed_score = ?, components = ?, smoothed_components = ?, metrics = ?, scored_tick = ?, liquidity_usd = ?,
    price_usd = ?, volume_5m_usd = ?, tx_5m = ?, pool_count = ?, primary_dex = ?, refreshed_at = ?, checked_at = ?,
    check_since = ?, quality = ?, scored_at = ?, loss = ?, below_ms = ?, held = ?`;
  const refreshToken = database.prepare(`UPDATE token SET ${refreshed} WHERE mint = ?`);
  const putDetail = database.prepare(`
    INSERT INTO token_detail (token_id, pools, activation_check, verification) SELECT id, ?, ?, ? FROM token WHERE mint = ?
    ON CONFLICT (token_id) DO UPDATE SET pools = excluded.pools, activation_check = excluded.activation_check,
      verification = excluded.verification`);
  const putSteps = database.prepare('UPDATE token SET check_steps = ? WHERE mint = ?');
  const addScore = database.prepare(`
    INSERT OR IGNORE INTO score (token_id, tick, at, score, smoothed_score, liquidity_usd, price_usd)
    SELECT id, ?, ?, ?, ?, ?, ? FROM token WHERE mint = ?`);
  const sumUp = database.prepare(`
    INSERT INTO score_row (token_id, step_ms, at, min, max, sum, count, liquidity_usd, price_usd)
    SELECT id, ?, ?, ?, ?, ?, 1, ?, ? FROM token WHERE mint = ?
    ON CONFLICT (token_id, step_ms, at) DO UPDATE SET
      min = min(min, excluded.min), max = max(max, excluded.max), sum = sum + excluded.sum, count = count + 1,
      liquidity_usd = excluded.liquidity_usd, price_usd = excluded.price_usd`);
  const addMove = database.prepare(`
    INSERT INTO token_move (token_id, at, from_status, to_status, cause, dwell_ms, age_ms)
    SELECT id, ?, ?, ?, ?, ?, ? FROM token WHERE mint = ?`);
  // Of one that passed no failed step is kept over; a NULL limit is the lowest there is.
  const addCheck = database.prepare(`
    INSERT INTO check_hour (hour, token_id, passed, failed_step, best_limit_usd, worst_limit_usd)
    SELECT ?1, id, ?2, ?3, ?4, ?4 FROM token WHERE mint = ?5
    ON CONFLICT (hour, token_id) DO UPDATE SET
      passed = max(passed, excluded.passed),
      failed_step = COALESCE(excluded.failed_step, failed_step),
      best_limit_usd = max(COALESCE(best_limit_usd, excluded.best_limit_usd), COALESCE(excluded.best_limit_usd, best_limit_usd)),
      worst_limit_usd = min(worst_limit_usd, excluded.worst_limit_usd)`);
  const addEntry = database.prepare(
    'INSERT INTO journal (at, type, subject, reason, data) VALUES (?, ?, ?, ?, ?)',
  );

  /** Also of a token that the file does not know (any more): it may be another one than the service began with. */
  const refresh = (token: Token): void => {
    const values = [...refreshValues(token), token.mint];
    if (refreshToken.run(...values).changes > 0) return;
    add(token);
    refreshToken.run(...values);
  };
  const add = ({ mint, symbol, name, status, statusSince, discoveredAt, discoveredBy }: Token): void => {
    addToken.run(mint, text(symbol), text(name), status, statusSince, discoveredAt, text(discoveredBy));
  };

  return (changes) => {
    const entries: JournalEntry[] = [];
    for (const change of changes) {
      switch (change.kind) {
        case 'token.added':
          add(change.token);
          break;
        case 'token.refreshed':
          refresh(change.token);
          break;
        case 'token.checked':
          refresh(change.token);
          putSteps.run(json(change.token.check?.steps ?? null), change.token.mint);
          putDetail.run(
            JSON.stringify(change.token.pools),
            json(change.token.check),
            json(change.token.verification),
            change.token.mint,
          );
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
        case 'token.moved': {
          const { mint, at, from, to, cause, dwellMs, ageMs } = change;
          addMove.run(at, from, to, cause, dwellMs, ageMs, mint);
          break;
        }
        case 'check.recorded': {
          const { mint, at, passed, failedStep, passLimitUsd } = change;
          addCheck.run(Math.floor(at / HOUR_MS) * HOUR_MS, passed ? 1 : 0, failedStep, passLimitUsd, mint);
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
    token.checkSince,
    json(token.quality),
    token.scoredAt,
    json(token.loss),
    Math.round(token.belowMs),
    json(token.held),
  ];
}

function json(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** SQLite ends text at a NUL; what a stranger wrote after one must not vanish. In JSON it is escaped anyway. */
function text(value: string | null): string | null {
  return value?.replaceAll('\0', '\uFFFD') ?? null;
}

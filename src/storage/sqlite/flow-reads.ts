import type { FlowFacts, HourlyCheck, TokenMove } from '../../hosts/tokens/index.ts';
import type { Database } from './database.ts';

/** Reads what is stored about how tokens go through their life. */
export function createFlowReader(database: Database): (since: number, most: number) => FlowFacts {
  const discovered = database.prepare(`
    SELECT discovered_at / 3600000 * 3600000 AS hour, COUNT(*) AS count FROM token
    WHERE discovered_at >= ? GROUP BY 1 ORDER BY 1`);
  const moves = database.prepare(`
    SELECT * FROM (
      SELECT token_move.id AS id, mint, at, from_status AS "from", to_status AS "to", cause, dwell_ms AS dwellMs,
        age_ms AS ageMs
      FROM token_move JOIN token ON token.id = token_id WHERE at >= ? ORDER BY at DESC, token_move.id DESC
      LIMIT ?
    ) ORDER BY at, id`);
  const checks = database.prepare(`
    SELECT mint, hour, passed, failed_step AS failedStep, best_limit_usd AS bestLimitUsd,
      worst_limit_usd AS worstLimitUsd
    FROM check_hour JOIN token ON token.id = token_id WHERE hour >= ? ORDER BY hour DESC, token_id LIMIT ?`);
  return (since, most) => ({
    discovered: discovered.all(since).map((row) => ({ ...(row as FlowFacts['discovered'][number]) })),
    moves: moves.all(since, most).map((row) => {
      const { id: _id, ...move } = row as TokenMove & { id: number };
      return move;
    }),
    checks: checks.all(since, most).map((row) => {
      const { passed, ...check } = row as Omit<HourlyCheck, 'passed'> & { passed: number };
      return { ...check, passed: passed === 1 };
    }),
  });
}

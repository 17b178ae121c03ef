import type { SlowQuery } from '../../contract/index.ts';
import { RingBuffer, type Clock } from '../../kernel/index.ts';
import { adviseOn } from './query-advice.ts';
import type { Explanation } from './file-measure.ts';
import type { SlowStatement } from './timed-database.ts';

/** The last statements that took long. */
export interface SlowQueries {
  add(statement: SlowStatement, thread: SlowQuery['thread']): void;
  /** Newest first. */
  list(): readonly SlowQuery[];
  /** How many there were in the last five minutes, of those that are told apart: see {@link MOST_COUNTED}. */
  recently(): number;
}

const KEPT = 20;
const RECENT_MS = 300_000;
/** Times of so many are remembered. */
const MOST_COUNTED = 1_000;
/** Statements whose plans are remembered; the same ones are slow again and again. */
const MOST_PLANS = 50;
const HAS_PLAN = /^\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b/i;

/**
 * @param explain asks for a plan outside of the event loop; null where nobody can. Each statement is explained once in an hour
 * at the most, so that a slow machine does not make itself slower.
 */
export function createSlowQueries(
  clock: Pick<Clock, 'now' | 'monotonic'>,
  explain: ((sql: string) => Promise<Explanation>) | null,
): SlowQueries {
  const slow = new RingBuffer<Omit<SlowQuery, 'plan' | 'advice'>>(KEPT);
  const times = new RingBuffer<number>(MOST_COUNTED);
  const plans = new Map<string, { readonly atMs: number; explanation: Explanation | null }>();

  const look = (sql: string): void => {
    if (explain === null || !HAS_PLAN.test(sql)) return;
    const known = plans.get(sql);
    const atMs = clock.monotonic();
    if (known !== undefined && atMs - known.atMs < PLAN_KEPT_MS) return;
    plans.delete(sql);
    const [oldest] = plans.keys();
    if (plans.size >= MOST_PLANS && oldest !== undefined) plans.delete(oldest);
    const plan: { readonly atMs: number; explanation: Explanation | null } = {
      atMs,
      explanation: known?.explanation ?? null,
    };
    plans.set(sql, plan);
    explain(sql).then(
      (explanation) => {
        plan.explanation = explanation;
      },
      // Without a plan there is less to be said of it, and nothing else is lost.
      () => undefined,
    );
  };

  return {
    add(statement, thread) {
      slow.push({ at: clock.now(), ...statement, thread });
      times.push(clock.monotonic());
      look(statement.sql);
    },
    list: () =>
      [...slow].reverse().map((query) => {
        const { plan = null, tables = [] } = plans.get(query.sql)?.explanation ?? {};
        const { sql, rows } = query;
        return { ...query, plan: plan && [...plan], advice: [...adviseOn({ sql, plan, rows, tables })] };
      }),
    recently() {
      const sinceMs = clock.monotonic() - RECENT_MS;
      return [...times].filter((atMs) => atMs > sinceMs).length;
    },
  };
}

const PLAN_KEPT_MS = 3_600_000;

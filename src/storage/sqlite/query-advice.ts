import type { QueryAdvice } from '../../contract/index.ts';
import { comparedColumns } from './sql-text.ts';

/** What is known of a table that a statement reads. */
export interface TableFacts {
  readonly name: string;
  /** Counted no further than {@link MOST_COUNTED}. */
  readonly rows: number;
  readonly columns: readonly string[];
  /** The first column of each index. */
  readonly indexed: readonly string[];
}

/** What is known of a statement that was slow. */
export interface QueryFacts {
  readonly sql: string;
  /** The lines of `EXPLAIN QUERY PLAN`; null when there are none. */
  readonly plan: readonly string[] | null;
  /** Rows read or changed. */
  readonly rows: number | null;
  readonly tables: readonly TableFacts[];
}

/** Rows of a table are counted up to here. */
export const MOST_COUNTED = 100_000;
/** Reading all of a smaller table takes no time. */
const LARGE_TABLE = 1_000;
/** As many as one slice of the upkeep removes. */
const LARGE_BATCH = 1_000;

const SCAN = /^SCAN "?(\w+)"?(?: AS \w+)?(.*)$/;
const AUTOMATIC = /^SEARCH "?(\w+)"? USING AUTOMATIC (?:PARTIAL )?(?:COVERING )?INDEX \((.*)\)/;
const SORT = /^USE TEMP B-TREE FOR (.*)$/;
const SORTED_BY = /\bORDER BY\s+(.*?)(?=\bLIMIT\b|\)|$)/is;

/**
 * What would make a slow statement faster, by its text, its plan and the sizes of its tables; never empty. Pure.
 * What the lines of a plan mean: https://sqlite.org/eqp.html
 */
export function adviseOn(facts: QueryFacts): readonly QueryAdvice[] {
  const { sql, rows } = facts;
  if (/^\s*COMMIT\b/i.test(sql))
    return [
      {
        kind: 'disk',
        text: 'Writing to the disk took long, not the statements: see how busy its device is.',
      },
    ];
  if (/^\s*BEGIN\b/i.test(sql))
    return [{ kind: 'lock', text: 'Another program or thread was writing: see what else uses the file.' }];
  const plan = facts.plan ?? [];
  const found = plan.flatMap((line) => adviseOnStep(line, facts));
  if (rows !== null && rows >= LARGE_BATCH)
    found.push({
      kind: 'large-batch',
      text: `It took ${count(rows)} rows at once: in slices of ${count(LARGE_BATCH)} everything else goes on in between.`,
    });
  if (found.length > 0) return found;
  const text =
    plan.length === 0
      ? 'How it is carried out is not known.'
      : 'It is carried out well: the machine was busy, or what it reads was not in memory.';
  return [{ kind: 'none', text }];
}

function adviseOnStep(line: string, facts: QueryFacts): QueryAdvice[] {
  const automatic = AUTOMATIC.exec(line);
  if (automatic) {
    const [, table = '', terms = ''] = automatic;
    const columns = terms.split(' AND ').map((term) => term.replace(/[=<>].*$/, ''));
    return [
      {
        kind: 'missing-index',
        text: `SQLite makes an index on ${table}(${columns.join(', ')}) anew each time: make it once.`,
      },
    ];
  }
  const [, sorted] = SORT.exec(line) ?? [];
  if (sorted !== undefined) return [sortAdvice(sorted, facts)];
  const [, name = '', how = ''] = SCAN.exec(line) ?? [];
  const table = facts.tables.find((one) => one.name === name);
  return table === undefined || table.rows < LARGE_TABLE ? [] : [scanAdvice(table, how, facts.sql)];
}

function sortAdvice(sorted: string, { sql }: QueryFacts): QueryAdvice {
  const columns = sorted.endsWith('ORDER BY') ? (SORTED_BY.exec(sql)?.[1] ?? '').trim() : '';
  const which = columns === '' ? 'in that order' : `that ends in ${columns.replaceAll('"', '')}`;
  return {
    kind: 'sort',
    text: `It sorts all that it finds before it gives the first row (${sorted}): an index ${which} would save that.`,
  };
}

function scanAdvice(table: TableFacts, how: string, sql: string): QueryAdvice {
  const size = `${count(table.rows)} rows${table.rows >= MOST_COUNTED ? ' or more' : ''}`;
  const compared = comparedColumns(sql).filter(({ column }) => table.columns.includes(column));
  const used = compared.find(({ column }) => table.indexed.includes(column));
  if (used !== undefined)
    return {
      kind: 'full-scan',
      text: `It reads all of ${table.name} (${size}) although ${used.column} has an index: conditions with OR or a function keep it from being used.`,
    };
  // Columns that are compared with one value first, and one range at the most: an index serves no second one.
  const equal = compared.filter(({ isEqual }) => isEqual);
  const range = compared.filter(({ isEqual }) => !isEqual).slice(0, 1);
  const columns = [...equal, ...range].map(({ column }) => column);
  if (columns.length > 0)
    return {
      kind: 'missing-index',
      text: `It reads all of ${table.name} (${size}): an index on ${table.name}(${columns.join(', ')}) would let it read what it wants alone.`,
    };
  const what = how.includes('INDEX') ? `a whole index of ${table.name}` : `all of ${table.name}`;
  return {
    kind: 'full-scan',
    text: `It reads ${what} (${size}), whatever it is asked: read it part by part, or keep the answer.`,
  };
}

const count = (value: number): string => value.toLocaleString('en-US');

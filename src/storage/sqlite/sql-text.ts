const KEYWORDS = new Set([
  'not',
  'and',
  'or',
  'where',
  'case',
  'when',
  'then',
  'else',
  'end',
  'select',
  'null',
]);
const CONDITIONS = /\bWHERE\b(.*?)(?=\bWHERE\b|\bGROUP BY\b|\bORDER BY\b|\bLIMIT\b|\bRETURNING\b|$)/gis;
const COMPARISON = /(?<![\w?:@$."'])(?:"?[a-z_]\w*"?\.)?"?([a-z_]\w*)"?\s*(=|<=|>=|<>|<|>|\bIN\b|\bIS\b)/gi;
const TABLE = /\b(?:INTO|FROM|UPDATE)\s+"?([a-z_]\w*)"?/i;
const MOST_NAMED = 4;

/** A column that a statement compares with something. */
export interface ComparedColumn {
  readonly column: string;
  /** Whether with one value; else with a range. */
  readonly isEqual: boolean;
}

/** The columns that the conditions of a statement compare, in their order; the first comparison of each. Pure. */
export function comparedColumns(sql: string): readonly ComparedColumn[] {
  const found = new Map<string, ComparedColumn>();
  for (const [, conditions = ''] of sql.matchAll(CONDITIONS)) {
    for (const [, column = '', operator = ''] of conditions.matchAll(COMPARISON)) {
      if (KEYWORDS.has(column.toLowerCase()) || found.has(column)) continue;
      found.set(column, { column, isEqual: ['=', 'IN', 'IS'].includes(operator.toUpperCase()) });
    }
  }
  return [...found.values()];
}

/**
 * What people know a statement by: what it does, the table, and what it is picked by; `SELECT journal by type, at`. Texts that
 * differ in less have one name, so that there are few, whatever is put together at run time. Pure.
 */
export function statementName(sql: string): string {
  const words = sql.trim().split(/\s+/);
  const verb = (words[0] ?? '').toUpperCase();
  const table = TABLE.exec(sql)?.[1];
  if (!['SELECT', 'INSERT', 'UPDATE', 'DELETE'].includes(verb) || table === undefined)
    return words.slice(0, 2).join(' ');
  if (verb === 'INSERT') return `${verb} ${table}`;
  const columns = comparedColumns(sql).map(({ column }) => column);
  const by = columns.slice(0, MOST_NAMED).join(', ');
  return by === '' ? `${verb} ${table}` : `${verb} ${table} by ${by}`;
}

import { Kysely, SqliteDialect, sql, type ExpressionBuilder } from 'kysely';
import { MoonwardenError } from '../../kernel/index.ts';
import type { TokenQuery, TokenSort } from '../../contract/index.ts';
import type { Token, TokenRowPage } from '../../hosts/tokens/index.ts';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** Reads pages of tokens, by keyset: pages stay right while rows are added before them. */
export function createPageReader(database: Database): (query: TokenQuery) => Promise<TokenRowPage> {
  const db = queryBuilder(database);
  return (query) => readPage(db, query);
}

/** kysely over an open database, for queries that are put together at run time. */
function queryBuilder(database: Database): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: new SqliteDialect({
      database: {
        close: () => undefined,
        prepare(sql) {
          const statement = database.prepare(sql);
          return {
            reader: statement.columns().length > 0,
            all: (parameters) => statement.all(...parameters),
            run: (parameters) => statement.run(...parameters),
            iterate: (parameters) => statement.iterate(...parameters),
          };
        },
      },
    }),
  });
}

const SORT_COLUMNS = {
  score: 'smoothed_score',
  liquidity: 'liquidity_usd',
  discovered: 'discovered_at',
  refreshed: 'refreshed_at',
  symbol: 'symbol',
} as const;

interface Position {
  readonly value: string | number | null;
  readonly mint: string;
}

async function readPage(db: Kysely<Tables>, query: TokenQuery): Promise<TokenRowPage> {
  const descending = query.sort.startsWith('-');
  const column = SORT_COLUMNS[query.sort.replace('-', '') as Exclude<TokenSort, `-${string}`>];
  let filtered = db.selectFrom('token');
  if (query.status) filtered = filtered.where('status', 'in', query.status);
  if (query.minScore !== undefined) filtered = filtered.where('smoothed_score', '>=', query.minScore);
  if (query.q !== undefined && query.q !== '') {
    const pattern = `%${query.q.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
    filtered = filtered.where(
      sql<boolean>`(symbol LIKE ${pattern} ESCAPE '\\' OR name LIKE ${pattern} ESCAPE '\\' OR mint LIKE ${pattern} ESCAPE '\\')`,
    );
  }
  const { total } = await filtered
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();

  let page = filtered;
  if (query.cursor !== undefined) {
    const position = decodeCursor(query.cursor, query.sort);
    page = page.where((eb) => after(eb, column, descending, position));
  }
  const rows = await page
    .select([
      'mint',
      'symbol',
      'name',
      'status',
      'score',
      'smoothed_score',
      'liquidity_usd',
      'price_usd',
      'volume_5m_usd',
    ])
    .select([
      'tx_5m',
      'pool_count',
      'primary_dex',
      'discovered_at',
      'discovered_by',
      'status_since',
      'refreshed_at',
      'checked_at',
    ])
    // SQLite sorts null below everything, so only the ascending order has to be told that it comes last.
    .orderBy(column, (order) => (descending ? order.desc() : order.asc().nullsLast()))
    .orderBy('mint')
    .limit(query.limit + 1)
    .execute();
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    total,
    items: shown.map((row) => ({
      mint: row.mint,
      symbol: row.symbol,
      name: row.name,
      status: row.status as Token['status'],
      score: row.score,
      smoothedScore: row.smoothed_score,
      liquidityUsd: row.liquidity_usd,
      priceUsd: row.price_usd,
      volume5mUsd: row.volume_5m_usd,
      tx5m: row.tx_5m,
      pools: row.pool_count,
      primaryDex: row.primary_dex,
      discoveredAt: row.discovered_at,
      discoveredBy: row.discovered_by,
      statusSince: row.status_since,
      refreshedAt: row.refreshed_at,
      checkedAt: row.checked_at,
    })),
    nextCursor:
      last && rows.length > shown.length
        ? encodeCursor(query.sort, { value: last[column], mint: last.mint })
        : null,
  };
}

function after(
  eb: ExpressionBuilder<Tables, 'token'>,
  column: (typeof SORT_COLUMNS)[keyof typeof SORT_COLUMNS],
  descending: boolean,
  { value, mint }: Position,
) {
  if (value === null) return eb.and([eb(column, 'is', null), eb('mint', '>', mint)]);
  return eb.or([
    eb(column, descending ? '<' : '>', value as never),
    eb.and([eb(column, '=', value as never), eb('mint', '>', mint)]),
    eb(column, 'is', null),
  ]);
}

function encodeCursor(sort: TokenSort, { value, mint }: Position): string {
  return Buffer.from(JSON.stringify([sort, value, mint])).toString('base64url');
}

function decodeCursor(cursor: string, sort: TokenSort): Position {
  try {
    const [madeFor, value, mint] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    const valueFits = value === null || typeof value === (sort.endsWith('symbol') ? 'string' : 'number');
    if (madeFor === sort && valueFits && typeof mint === 'string')
      return { value: value as Position['value'], mint };
  } catch {
    // Falls through to the one error.
  }
  throw new MoonwardenError('REQUEST_INVALID', 'the cursor does not belong to this query', {
    faults: [{ path: 'cursor', message: 'is not the nextCursor of a page with the same sort' }],
  });
}

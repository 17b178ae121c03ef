import { z } from 'zod';

/** Where a token stands in its life. */
export const tokenStatus = z.enum(['monitoring', 'active', 'archived']);
export type TokenStatus = z.infer<typeof tokenStatus>;

/** Which refresh interval a token has. */
export const tokenGroup = z.enum(['hot', 'cold']);
export type TokenGroup = z.infer<typeof tokenGroup>;

/** The four parts of the hybrid momentum score, each before its weight. */
export const scoreComponents = z.object({
  txAcceleration: z.number(),
  volumeMomentum: z.number(),
  freshness: z.number(),
  orderFlow: z.number(),
});
export type ScoreComponents = z.infer<typeof scoreComponents>;

/** One step of an activation check: what was looked at, what it was, what it would have to be. */
export const checkStep = z.object({
  name: z.string(),
  passed: z.boolean(),
  value: z.union([z.number(), z.string(), z.null()]),
  limit: z.union([z.number(), z.string(), z.null()]),
  /** One sentence for people. */
  reason: z.string(),
});
export type CheckStep = z.infer<typeof checkStep>;

/** How a pool counts for activation, and why. */
export const poolVerdict = z.object({
  pairAddress: z.string(),
  dex: z.string(),
  labels: z.array(z.string()),
  quoteMint: z.string(),
  quoteSymbol: z.string(),
  liquidityUsd: z.number().nullable(),
  volume24hUsd: z.number().nullable(),
  counts: z.enum(['pump', 'external', 'no']),
  reason: z.string(),
});
export type PoolVerdict = z.infer<typeof poolVerdict>;

/** One activation check, judged on a full read of the token's pools. */
export const activationCheck = z.object({
  at: z.number(),
  passed: z.boolean(),
  steps: z.array(checkStep),
  pools: z.array(poolVerdict),
});
export type ActivationCheck = z.infer<typeof activationCheck>;

/** Whether the data of a token can be believed. `critical` data is not scored. */
export const dataQuality = z.object({
  level: z.enum(['ok', 'warning', 'critical']),
  /** One sentence each. */
  reasons: z.array(z.string()),
  at: z.number(),
});
export type DataQuality = z.infer<typeof dataQuality>;

/** A change of status that waits because too many tokens would change at once. */
export const heldMove = z.object({ to: tokenStatus, since: z.number(), reason: z.string() });
export type HeldMove = z.infer<typeof heldMove>;

/** A token as a row of a table. Times are milliseconds since the epoch. */
export const tokenSummary = z.object({
  mint: z.string(),
  symbol: z.string().nullable(),
  name: z.string().nullable(),
  status: tokenStatus,
  group: tokenGroup,
  /** The score as last computed; null before the first answer with pools. */
  score: z.number().nullable(),
  /** The score smoothed by EWMA: what groups and limits look at. */
  smoothedScore: z.number().nullable(),
  liquidityUsd: z.number().nullable(),
  priceUsd: z.number().nullable(),
  volume5mUsd: z.number().nullable(),
  tx5m: z.number().nullable(),
  pools: z.number(),
  primaryDex: z.string().nullable(),
  discoveredAt: z.number(),
  discoveredBy: z.string(),
  statusSince: z.number(),
  /** When an answer about this token last came, whether it changed anything or not; null when none has come. */
  refreshedAt: z.number().nullable(),
  /** When the pool list was last read in full. */
  checkedAt: z.number().nullable(),
});
export type TokenSummary = z.infer<typeof tokenSummary>;

/** Everything about one token. */
export const tokenDetail = tokenSummary.extend({
  components: scoreComponents.nullable(),
  smoothedComponents: scoreComponents.nullable(),
  /** What each component counts for in the score. */
  weights: scoreComponents,
  /** The inputs that the last score was computed from. */
  metrics: z
    .object({
      tx5m: z.number(),
      tx1h: z.number(),
      buys5m: z.number(),
      sells5m: z.number(),
      volume5mUsd: z.number(),
      volume1hUsd: z.number(),
      liquidityUsd: z.number().nullable(),
      ageHours: z.number().nullable(),
      pools: z.number(),
    })
    .nullable(),
  check: activationCheck.nullable(),
  /** Since when the steps of the check stand as they do. */
  checkSince: z.number().nullable(),
  quality: dataQuality.nullable(),
  /** When the data came that the score was computed from; older than `refreshedAt` while data is not believed. */
  scoredAt: z.number().nullable(),
  held: heldMove.nullable(),
  /** One sentence: where the token stands and what it waits for. */
  explanation: z.string(),
  nextRefreshAt: z.number().nullable(),
  nextCheckAt: z.number().nullable(),
});
export type TokenDetail = z.infer<typeof tokenDetail>;

export const tokenSort = z.enum([
  'score',
  '-score',
  'liquidity',
  '-liquidity',
  'discovered',
  '-discovered',
  'refreshed',
  '-refreshed',
  'symbol',
  '-symbol',
]);
export type TokenSort = z.infer<typeof tokenSort>;

/** Query of `GET /api/tokens`. `-` before a sort key is descending; tokens without a value come last. */
export const tokenQuery = z.object({
  status: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(tokenStatus))
    .optional(),
  /** Part of symbol, name or mint, in any case. */
  q: z.string().max(100).optional(),
  minScore: z.coerce.number().optional(),
  sort: tokenSort.default('-score'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** The `nextCursor` of the page before. */
  cursor: z.string().max(400).optional(),
});
export type TokenQuery = z.infer<typeof tokenQuery>;

export const tokenPage = z.object({
  items: z.array(tokenSummary),
  /** Number of tokens that match, over all pages. */
  total: z.number(),
  nextCursor: z.string().nullable(),
});
export type TokenPage = z.infer<typeof tokenPage>;

/** How far back and how fine: as it came (2 h), 1-min rows (48 h), 15-min rows (30 d). */
export const historyRange = z.enum(['2h', '48h', '30d']);
export type HistoryRange = z.infer<typeof historyRange>;

export const historyQuery = z.object({ range: historyRange.default('2h') });

export const scorePoint = z.object({
  at: z.number(),
  /** Smoothed score: the value as it came, or the average of the row. */
  score: z.number(),
  min: z.number(),
  max: z.number(),
  liquidityUsd: z.number().nullable(),
  priceUsd: z.number().nullable(),
});
export type ScorePoint = z.infer<typeof scorePoint>;

export const scoreHistory = z.object({
  mint: z.string(),
  range: historyRange,
  stepMs: z.number().nullable(),
  points: z.array(scorePoint),
});
export type ScoreHistory = z.infer<typeof scoreHistory>;

/** Body of `POST /api/tokens`: mints to watch. */
export const tokenImport = z.object({ mints: z.array(z.string().max(200)).min(1).max(10_000) });
export type TokenImport = z.infer<typeof tokenImport>;

/** What became of each mint. Nothing is stored for a duplicate or a rejected one. */
export const tokenImportResult = z.object({
  added: z.array(z.string()),
  duplicates: z.number(),
  rejected: z.array(z.object({ input: z.string(), reason: z.string() })),
});
export type TokenImportResult = z.infer<typeof tokenImportResult>;

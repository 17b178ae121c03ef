import { z } from 'zod';
import { activationCheck, checkStep, poolVerdict, tokenGroup, tokenStatus } from './tokens.ts';

/** Why a token moved: the rule by which it did. */
export const moveCause = z.enum([
  'condition_met',
  'condition_lost',
  'low_score',
  'monitoring_timeout',
  'trades_again',
]);
export type MoveCause = z.infer<typeof moveCause>;

/** One figure with its spread. Null where nothing was measured. */
const spread = z.object({
  count: z.number(),
  medianMs: z.number().nullable(),
  p95Ms: z.number().nullable(),
});
export type Spread = z.infer<typeof spread>;

/** What happened in one hour. */
export const flowHour = z.object({
  /** Start of the hour, ms since the epoch. */
  at: z.number(),
  discovered: z.number(),
  activated: z.number(),
  demoted: z.number(),
  archived: z.number(),
  returned: z.number(),
  /** Tokens in monitoring whose pools were read in full, counted once an hour each. */
  checked: z.number(),
  /** Of those, the ones that met the condition. */
  passed: z.number(),
});
export type FlowHour = z.infer<typeof flowHour>;

/** `GET /api/flow`: how tokens go from discovered to archived. */
export const flowReport = z.object({
  at: z.number(),
  /** Hours that the sums and spreads look back. */
  hours: z.number(),
  /** Tokens in each place now. */
  now: z.object({
    /** Of those in monitoring, the ones that were never read. */
    unread: z.number(),
    monitoring: z.number(),
    active: z.number(),
    archived: z.number(),
    stuckNotEligible: z.number(),
    stuckOurs: z.number(),
  }),
  byHour: z.array(flowHour),
  /** From discovery to the first activation. */
  timeToActivation: spread,
  /** How long tokens stayed in a status that they have left. */
  dwell: z.object({ monitoring: spread, active: spread, archived: spread }),
  /** Share of the tokens checked that met the condition, 0..1; null without checks. */
  successRate: z.number().nullable(),
  /** Change of the success rate of the younger half of the hours against the older half; null without both. */
  successTrend: z.number().nullable(),
  failures: z.array(z.object({ step: z.string(), count: z.number(), share: z.number() })),
  /** What other limits would have done, by the checks of these hours. */
  whatIf: z.array(
    z.object({
      minLiquidityUsd: z.number(),
      /** Tokens that would have been activated and were not; negative for a limit that would have kept some out. */
      more: z.number(),
      /** Of those, the ones that kept the condition for the following hour, as far as that hour is over. */
      kept: z.number(),
    }),
  ),
  /** One sentence: the commonest failed step, and what to think of another limit. */
  recommendation: z.string(),
  /** Share of scores within 5 % of the score by a full read, 0..1, and how many were compared. */
  accuracy: z.object({ share: z.number().nullable(), compared: z.number() }),
});
export type FlowReport = z.infer<typeof flowReport>;

/** Query of `GET /api/flow`. */
export const flowQuery = z.object({ hours: z.coerce.number().int().min(1).max(168).default(24) });
export type FlowQuery = z.infer<typeof flowQuery>;

/** Whose fault it is that a token is not active. */
export const stuckFault = z.enum(['market', 'queue', 'quota', 'fetch', 'rule', 'held']);
export type StuckFault = z.infer<typeof stuckFault>;

/** A token in monitoring for longer than three minutes. */
export const stuckToken = z.object({
  mint: z.string(),
  symbol: z.string().nullable(),
  /** `not_eligible` is a fact of the market; `ours` is a fault of the service. */
  kind: z.enum(['not_eligible', 'ours']),
  fault: stuckFault,
  monitoringSince: z.number(),
  /** The step that fails, value against limit; null where no check has been made. */
  step: checkStep.nullable(),
  /** Since when it fails like this. */
  failingSince: z.number().nullable(),
  lastCheckedAt: z.number().nullable(),
  nextCheckAt: z.number().nullable(),
  /** One sentence for people. */
  sentence: z.string(),
});
export type StuckToken = z.infer<typeof stuckToken>;

/** `GET /api/flow/stuck`: faults of ours first, then the longest waiting. */
export const stuckList = z.object({
  at: z.number(),
  notEligible: z.number(),
  ours: z.number(),
  items: z.array(stuckToken),
});
export type StuckList = z.infer<typeof stuckList>;

export const listQuery = z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) });
export type ListQuery = z.infer<typeof listQuery>;

/** What the other endpoint says of a token's pools. */
export const poolVerification = z.object({
  at: z.number(),
  /** Pools that only the usual endpoint shows. */
  onlyHere: z.array(z.string()),
  /** Pools that only the other endpoint shows. */
  onlyThere: z.array(z.string()),
  differs: z.array(
    z.object({
      pairAddress: z.string(),
      field: z.enum(['liquidity', 'quote']),
      here: z.union([z.number(), z.string(), z.null()]),
      there: z.union([z.number(), z.string(), z.null()]),
    }),
  ),
  /** Whether the token meets the condition by the other endpoint. */
  passed: z.boolean(),
  /** One sentence. */
  sentence: z.string(),
});
export type PoolVerification = z.infer<typeof poolVerification>;

/** A token whose last check failed. */
export const failedActivation = z.object({
  mint: z.string(),
  symbol: z.string().nullable(),
  at: z.number(),
  steps: z.array(checkStep),
  verification: poolVerification.nullable(),
});
export type FailedActivation = z.infer<typeof failedActivation>;

/** `GET /api/flow/failed`: newest first. */
export const failedList = z.object({ at: z.number(), items: z.array(failedActivation) });
export type FailedList = z.infer<typeof failedList>;

/** `GET /api/tokens/:mint/explain`: the whole story of a token. */
export const tokenStory = z.object({
  mint: z.string(),
  symbol: z.string().nullable(),
  status: tokenStatus,
  group: tokenGroup,
  /** Where it stands and what it waits for, in a sentence or two. */
  sentence: z.string(),
  /** What happened to it, oldest first. */
  events: z.array(z.object({ at: z.number(), type: z.string(), reason: z.string() })),
  check: activationCheck.nullable(),
  /** Since when the steps of the check stand as they do. */
  checkSince: z.number().nullable(),
  /** Why it is not active; null while it is. */
  whyNot: stuckToken.nullable(),
  /** What would change its status, one sentence each. */
  wouldChange: z.array(z.string()),
  verification: poolVerification.nullable(),
  nextRefreshAt: z.number().nullable(),
  nextCheckAt: z.number().nullable(),
});
export type TokenStory = z.infer<typeof tokenStory>;

/** Answer of `POST /api/tokens/:mint/refresh`: what a read for somebody who waits has brought. */
export const refreshResult = z.object({
  mint: z.string(),
  /** Who answered: DexScreener, its older endpoint, or nobody, so that it is what is stored. */
  source: z.enum(['DexScreener', 'older endpoint', 'history']),
  /** `fresh` was read just now; `cached` less than 30 s ago; `stale` before that, and nothing newer can be had. */
  freshness: z.enum(['fresh', 'cached', 'stale']),
  /** Time of the data. */
  at: z.number(),
  /** How many pools it shows. */
  pools: z.number(),
  /** What it is and, if it is not fresh, why, in a sentence or two. */
  sentence: z.string(),
});
export type RefreshResult = z.infer<typeof refreshResult>;

/** `GET /api/export/markets`: the best tokens with their pools, for bots. One shape always, also with no token. */
export const marketsExport = z.object({
  generatedAt: z.string(),
  generator: z.literal('moonwarden'),
  version: z.string(),
  minScore: z.number(),
  /** Active tokens with that score, also those beyond `top` and those left out because their data is too old. */
  total: z.number(),
  tokens: z.array(
    z.object({
      mint: z.string(),
      symbol: z.string().nullable(),
      name: z.string().nullable(),
      score: z.number(),
      /** Time of the data that the score was computed from. */
      scoredAt: z.string(),
      pools: z.array(
        poolVerdict.pick({
          pairAddress: true,
          dex: true,
          labels: true,
          quoteMint: true,
          quoteSymbol: true,
          liquidityUsd: true,
        }),
      ),
    }),
  ),
});
export type MarketsExport = z.infer<typeof marketsExport>;

/** Body of `POST /api/flow/release`: why the moves that are held may go on. */
export const releaseBody = z.object({
  reason: z
    .string()
    .trim()
    .min(1)
    .max(300)
    .regex(/^[^\p{C}]*$/u, 'has characters that cannot be shown'),
});
export type ReleaseBody = z.infer<typeof releaseBody>;

/** How many moves waited. */
export const releaseResult = z.object({ released: z.number() });
export type ReleaseResult = z.infer<typeof releaseResult>;

export const exportQuery = z.object({
  top: z.coerce.number().int().min(1).max(100).optional(),
  minScore: z.coerce.number().optional(),
});
export type ExportQuery = z.infer<typeof exportQuery>;

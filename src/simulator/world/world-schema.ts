import { base58 } from '@scure/base';
import { z } from 'zod';
import { duration, signedDuration } from './duration.ts';

const mint = z
  .string()
  .refine(isAddress, { error: (issue) => `is not an address of 32 bytes in base58: ${String(issue.input)}` });
const name = z.string().min(1).max(60);
const usd = z.number().min(0);
const count = z.number().int().min(0);
const trades = z.union([count, z.strictObject({ buys: count, sells: count })]);

const asset = z.strictObject({ mint: mint.optional(), symbol: name });

/** A pool as a person writes it. What is left out gets a sane value. */
const pool = z.strictObject({
  /** Tells the pools of a token apart from mark to mark; default the exchange and the quote. */
  id: name.optional(),
  dex: name,
  /** SOL, USDC, USD1 by their real mints; or another token, such as an impostor. */
  quote: z.union([z.enum(['SOL', 'USDC', 'USD1']), asset]).default('SOL'),
  /** The token is the quote of this pair, and this is the base. */
  base: asset.optional(),
  /** USD; null for none shown. */
  liquidityUsd: usd.nullable().optional(),
  /** Share of the token's side in it. */
  baseShare: z.number().min(0).max(1).default(0.5),
  priceUsd: z.number().positive().nullable().default(0.001),
  txns5m: trades.default(1),
  txns1h: trades.optional(),
  txns24h: trades.optional(),
  volume5m: usd.optional(),
  volume1h: usd.optional(),
  volume24h: usd.optional(),
  priceChange5m: z.number().optional(),
  labels: z.array(name).default([]),
  /** Since the start of the world; default when it is first seen. */
  created: signedDuration.optional(),
  /** Put over the pair as it is sent, key by key, whatever it does to it. */
  raw: z.record(z.string(), z.unknown()).default({}),
});
export type WorldPool = z.infer<typeof pool>;

const mark = z.strictObject({
  at: duration,
  /** From the mark before, the numbers move evenly until this one. */
  ramp: z.boolean().default(false),
  pools: z.array(pool).max(60),
});
export type WorldMark = z.infer<typeof mark>;

const token = z
  .strictObject({
    /** How expectations and faults call it; default the symbol. */
    id: name.optional(),
    symbol: name,
    name: name.optional(),
    mint: mint.optional(),
    /** So many of its kind: NAME-1, NAME-2 ... */
    count: z.number().int().min(1).max(5_000).default(1),
    /** When the file of mints names it, or which feed does from when on. */
    discovered: z
      .union([duration, z.strictObject({ feed: z.enum(['profiles', 'boosts']), at: duration.default(0) })])
      .default(0),
    life: z.array(mark).max(10_000).default([]),
  })
  .superRefine(({ life, mint: own, count: copies }, context) => {
    life.forEach(({ at }, index) => {
      const before = life[index - 1];
      if (before !== undefined && at <= before.at)
        context.addIssue({
          code: 'custom',
          path: ['life', index, 'at'],
          message: 'must be later than the mark before',
        });
    });
    if (own !== undefined && copies > 1)
      context.addIssue({ code: 'custom', path: ['mint'], message: 'several tokens cannot share a mint' });
  });
export type WorldTokenInput = z.infer<typeof token>;

/** What an answer can suffer. The first four concern what it says of tokens, the others the request as a whole. */
const FAULT_KINDS = [
  'empty',
  'missing-pools',
  'stale',
  'wrong-types',
  'down',
  'slow',
  '429',
  'server-error',
  'not-found',
  'html',
  'truncated',
] as const;
export const ENDPOINTS = ['batch', 'full', 'alternative', 'feeds', 'search'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

const fault = z
  .strictObject({
    from: duration,
    to: duration,
    kind: z.enum(FAULT_KINDS),
    /** Default all of them. */
    endpoint: z.union([z.enum(ENDPOINTS), z.array(z.enum(ENDPOINTS)).min(1)]).optional(),
    /** Only what is about these; default all. */
    tokens: z.array(name).min(1).optional(),
    /** Only each so manieth request. */
    every: z.number().int().min(1).default(1),
    /** `slow`: how long an answer takes. */
    delay: duration.default(10_000),
    /** `429`: seconds in Retry-After; left out when none is given. */
    retryAfter: count.optional(),
    /** `missing-pools`: how many of a token's pools are left; default 0 in a batch, else 1. */
    keep: count.optional(),
  })
  .refine(({ from, to }) => to > from, { path: ['to'], error: 'must be later than "from"' });
export type WorldFault = z.infer<typeof fault>;

/** A world as a person writes it. Times are durations since its start. */
export const worldSchema = z.strictObject({
  about: z.string().min(1),
  runs: duration.refine((ms) => ms > 0 && ms <= 60 * 86_400_000, { error: 'must be over 0 and at most 60d' }),
  /** A part of a configuration file. */
  settings: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  tokens: z.array(token).min(1).max(5_000),
  faults: z.array(fault).default([]),
});
export type World = z.infer<typeof worldSchema>;

function isAddress(text: string): boolean {
  try {
    return text.length <= 44 && base58.decode(text).length === 32;
  } catch {
    return false;
  }
}

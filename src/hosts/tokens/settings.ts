import {
  defaultsOf,
  defineSection,
  duration,
  field,
  flag,
  integer,
  live,
  number,
  optionalField,
  text,
  type SettingsOf,
} from '../../warden/config/index.ts';

/** How tokens are discovered, refreshed, scored and activated. */
export const tokensSection = defineSection({
  name: 'tokens',
  about: 'How tokens are discovered, refreshed, scored and activated.',
  fields: {
    hotIntervalMs: live(
      field(duration({ minMs: 1_000 }), '10s', 'How often a hot token is refreshed, as the quota allows.'),
    ),
    coldIntervalMs: live(
      field(
        duration({ minMs: 1_000 }),
        '45s',
        'How often a cold token is refreshed, with what the quota leaves.',
      ),
    ),
    checkIntervalMs: live(
      field(duration({ minMs: 1_000 }), '60s', 'How often all pools of a token in monitoring are read.'),
    ),
    activeCheckIntervalMs: live(
      field(duration({ minMs: 1_000 }), '5m', 'How often all pools of an active token are read.'),
    ),
    archivedIntervalMs: live(
      field(
        duration({ minMs: 1_000 }),
        '10m',
        'How often an archived token is looked at, with what the quota leaves.',
      ),
    ),
    checkShare: field(
      number({ min: 0, max: 1 }),
      0.1,
      'Share of the quota kept for reads of all pools; they also get what the refreshes leave.',
    ),
    firstShare: field(
      number({ min: 0, max: 1 }),
      0.01,
      'Share of the quota kept for the first look at tokens that were just discovered.',
    ),
    coldShare: field(
      number({ min: 0, max: 1 }),
      0.05,
      'Share of the quota kept for cold tokens, however many are hot.',
    ),
    archivedShare: field(
      number({ min: 0, max: 1 }),
      0.01,
      'Share of the quota kept for archived tokens, however many are hot or cold.',
    ),
    minScore: live(field(number({ min: 0 }), 0.1, 'A token whose smoothed score reaches this is hot.')),
    minLiquidityUsd: live(
      field(number({ min: 0 }), 200, 'An external pool with less liquidity (USD) does not count.'),
    ),
    oneSidedShare: live(
      field(
        number({ min: 0, max: 0.5 }),
        0.02,
        'A pool with a side below this share of its liquidity is one-sided and does not count.',
      ),
    ),
    implausibleLiquidityUsd: live(
      field(number({ min: 0 }), 10_000_000, 'Above this (USD), liquidity must stand in relation to volume.'),
    ),
    implausibleTurnover: live(
      field(number({ min: 1 }), 100, 'Liquidity over this many times the volume of 24 h is implausible.'),
    ),
    lossConfirmMs: live(
      field(
        duration({ minMs: 1_000 }),
        '60s',
        'An active token that lacks the condition goes back to monitoring when full reads have shown it for this long.',
      ),
    ),
    archiveBelowMs: live(
      field(
        duration({ minMs: 60_000 }),
        '12h',
        'An active token whose score was seen below min_score for this long is archived.',
      ),
    ),
    monitoringTimeoutMs: live(
      field(
        duration({ minMs: 60_000 }),
        '12h',
        'A token that has been in monitoring for this long is archived.',
      ),
    ),
    massChangeShare: live(
      field(
        number({ min: 0.01, max: 1 }),
        0.2,
        'When over this share of the tokens judged at once would move for worse, the moves wait.',
      ),
    ),
    massChangeHoldMs: live(
      field(
        duration({ minMs: 60_000 }),
        '1h',
        'How long such moves wait at most, unless a person lets them go.',
      ),
    ),
    returnTrades5m: live(
      field(
        integer({ min: 1 }),
        300,
        'An archived token with this many trades in 5 min, and liquidity, is watched again.',
      ),
    ),
    verifyShare: live(
      field(
        number({ min: 0, max: 0.2 }),
        0.02,
        'Share of the quota for looking at failed activations through the other endpoint.',
      ),
    ),
    wTx: live(field(number({ min: 0 }), 0.25, 'Weight of transaction acceleration.')),
    wVol: live(field(number({ min: 0 }), 0.25, 'Weight of volume momentum.')),
    wFresh: live(field(number({ min: 0 }), 0.25, 'Weight of freshness.')),
    wOi: live(field(number({ min: 0 }), 0.25, 'Weight of order-flow imbalance.')),
    ewmaAlpha: live(
      field(number({ min: 0.001, max: 1 }), 0.3, 'Weight of the newest value in the smoothed score.'),
    ),
    freshnessThresholdMs: live(
      field(duration({ minMs: 60_000 }), '6h', 'Age at which the freshness of a token is zero.'),
    ),
    liquidityFactorThreshold: live(
      field(number({ min: 1 }), 100_000, 'Liquidity (USD) from which volume momentum counts in full.'),
    ),
    orderflowSignificanceThreshold: live(
      field(number({ min: 1 }), 500, 'Trades in 5 min from which order flow counts in full.'),
    ),
    profiles: field(flag(), true, 'Discover tokens from DexScreener profiles.'),
    boosts: field(flag(), true, 'Discover tokens from DexScreener boosts.'),
    feedIntervalMs: live(field(duration({ minMs: 5_000 }), '60s', 'How often the feeds are asked.')),
    importFile: optionalField(
      text(),
      'A file of mints (one a line, or JSON) to watch; read again when it changes.',
    ),
    maxTokens: live(field(integer({ min: 1 }), 200_000, 'No more tokens are taken in beyond this many.')),
  },
  check: ({ wTx, wVol, wFresh, wOi, hotIntervalMs, coldIntervalMs, ...shares }) => {
    const sum = wTx + wVol + wFresh + wOi;
    const kept = shares.checkShare + shares.firstShare + shares.coldShare + shares.archivedShare;
    return [
      ...(kept > 1 + 1e-9
        ? [
            {
              field: 'checkShare' as const,
              message: `check_share, first_share, cold_share and archived_share must not sum to over 1 (${Number(kept.toFixed(6))})`,
            },
          ]
        : []),
      ...(Math.abs(sum - 1) > 1e-6
        ? [
            {
              field: 'wTx' as const,
              message: `the weights w_tx, w_vol, w_fresh and w_oi must sum to 1, not ${Number(sum.toFixed(6))}`,
            },
          ]
        : []),
      ...(hotIntervalMs > coldIntervalMs
        ? [{ field: 'hotIntervalMs' as const, message: 'must not be longer than cold_interval' }]
        : []),
    ];
  },
});
export type TokenSettings = SettingsOf<typeof tokensSection>;

/** The settings as they are without a file, as plain values. */
export const tokenDefaults: TokenSettings = defaultsOf(tokensSection);

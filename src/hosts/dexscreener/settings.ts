import {
  defineSection,
  duration,
  field,
  integer,
  live,
  text,
  type SettingsOf,
} from '../../warden/config/index.ts';

/** How DexScreener is called. */
export const dexSection = defineSection({
  name: 'dexscreener',
  about: 'How the DexScreener API is called.',
  fields: {
    url: field(text(), 'https://api.dexscreener.com', 'Address of the API.'),
    timeoutMs: live(
      field(duration({ minMs: 100, maxMs: 120_000 }), '4s', 'A request that takes longer is given up.'),
    ),
    retryDelayMs: field(
      duration({ maxMs: 60_000 }),
      '500ms',
      'Pause before the one retry of a failure that may pass.',
    ),
    quotaWaitMs: live(
      field(duration({ maxMs: 60_000 }), '5s', 'How long a request may wait for its turn in the quota.'),
    ),
    coalesceMs: field(
      duration({ maxMs: 5_000 }),
      '200ms',
      'How long a read waits for others to share its request.',
    ),
    pairsPerMinute: live(
      field(integer({ min: 1, max: 100_000 }), 300, 'Quota of requests for pairs, in any minute.'),
    ),
    profilesPerMinute: live(
      field(
        integer({ min: 1, max: 100_000 }),
        60,
        'Quota of requests for profiles and boosts, in any minute.',
      ),
    ),
    maxBodyBytes: field(integer({ min: 1_000 }), 4_000_000, 'A larger answer is refused.'),
  },
  check: ({ url }) => {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    return parsed && ['http:', 'https:'].includes(parsed.protocol)
      ? []
      : [{ field: 'url', message: `must be an http or https address, not ${JSON.stringify(url)}` }];
  },
});
export type DexSettings = SettingsOf<typeof dexSection>;

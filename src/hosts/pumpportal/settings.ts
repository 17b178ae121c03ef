import { defineSection, duration, field, flag, text, type SettingsOf } from '../../warden/config/index.ts';

/** How PumpPortal is listened to. */
export const pumpPortalSection = defineSection({
  name: 'pumpportal',
  about: 'The stream by which PumpPortal tells of tokens at once.',
  fields: {
    enabled: field(flag(), true, 'Discover tokens from PumpPortal.'),
    url: field(text(), 'wss://pumpportal.fun/api/data', 'Address of the stream.'),
    newTokens: field(
      flag(),
      false,
      'Take in tokens at their creation, too, not only when they leave the bonding curve: many more, most of them short-lived.',
    ),
    openTimeoutMs: field(
      duration({ minMs: 100, maxMs: 120_000 }),
      '10s',
      'A connection that is not open by then is given up.',
    ),
    ackTimeoutMs: field(
      duration({ minMs: 100, maxMs: 120_000 }),
      '10s',
      'A connection on which a subscription is not acknowledged by then is dead.',
    ),
    pingIntervalMs: field(
      duration({ minMs: 1_000, maxMs: 600_000 }),
      '20s',
      'How often a ping asks whether the connection is alive; silence alone is no fault.',
    ),
    pongTimeoutMs: field(
      duration({ minMs: 1_000, maxMs: 600_000 }),
      '20s',
      'A connection on which neither a pong nor a frame follows a ping by then is dead.',
    ),
    firstWaitMs: field(
      duration({ minMs: 100, maxMs: 600_000 }),
      '1s',
      'Longest wait before the first try to connect again; it doubles with each failure, and chance picks below it.',
    ),
    longestWaitMs: field(
      duration({ minMs: 1_000, maxMs: 3_600_000 }),
      '30s',
      'No wait before a try to connect again is longer.',
    ),
    stableMs: field(
      duration({ minMs: 1_000, maxMs: 3_600_000 }),
      '60s',
      'After so long without a loss the waits are short again.',
    ),
  },
  check: ({ url, firstWaitMs, longestWaitMs }) => {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    return [
      ...(parsed && ['ws:', 'wss:'].includes(parsed.protocol) && parsed.hash === ''
        ? []
        : [{ field: 'url' as const, message: `must be a ws or wss address, not ${JSON.stringify(url)}` }]),
      ...(firstWaitMs > longestWaitMs
        ? [{ field: 'firstWaitMs' as const, message: 'must not be longer than longest_wait' }]
        : []),
    ];
  },
});
export type PumpPortalSettings = SettingsOf<typeof pumpPortalSection>;

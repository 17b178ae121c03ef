import { describe, expect, it } from 'vitest';
import { FakeClock, silentLogger } from '../kernel/index.ts';
import { journalDraft, type JournalDraft, type PushFeedState } from '../contract/index.ts';
import { mintOf } from '../hosts/dexscreener/testing/wire.ts';
import { TokenRegistry } from '../hosts/tokens/registry.ts';
import { SETTINGS, tokenOf } from '../hosts/tokens/testing/tokens.ts';
import { marketHealth, streamHealth, switchHealth, tokenFeatures, watchFeatures } from './features.ts';

const ALL = { profiles: true, boosts: true, verifyShare: 0.02 };
const SWITCHES = { feeds: 'auto', verification: 'auto', export: 'auto' } as const;
const NAMES = [
  'score refresh',
  'activation and demotion',
  'verification of failed activations',
  'discovery by profiles and boosts',
  'discovery by the stream',
  'export for bots',
];

describe('features', () => {
  it.each<[string, Partial<typeof ALL>, boolean, readonly (string | undefined)[]]>([
    ['all', {}, true, NAMES],
    ['no stream', {}, false, NAMES.filter((name) => !name.includes('stream'))],
    ['boosts alone', { profiles: false }, true, NAMES.with(3, 'discovery by boosts')],
    ['neither', { profiles: false, boosts: false }, true, NAMES.toSpliced(3, 1)],
  ])('%s', (_what, settings, hasStream, names) => {
    expect(tokenFeatures({ ...ALL, ...settings }, hasStream).map(({ name }) => name)).toEqual(names);
  });
});

describe('what features are told of the market', () => {
  it.each([
    ['closed', true],
    ['half_open', false],
    ['open', false],
    ['isolated', false],
  ] as const)('while its breaker is %s it is there: %s', (state, healthy) => {
    const health = marketHealth({ state, reason: 'it failed' }, true);
    expect(health).toMatchObject({ healthy, reason: healthy ? null : 'it failed', hasStale: true });
  });
});

const NOW = 1_000_000;
const push = (over: Partial<PushFeedState>): PushFeedState => ({
  state: 'waiting',
  since: NOW - 10_000,
  lastFrameAt: null,
  reconnects: 0,
  lastError: 'refused',
  nextTryAt: null,
  gap: null,
  waiting: 0,
  overflow: 0,
  ignored: [],
  ...over,
});

describe('what features are told of the stream', () => {
  it.each<[string, PushFeedState | undefined, boolean | null]>([
    ['there is none', undefined, null],
    ['it is live', push({ state: 'live', lastError: null, since: NOW }), true],
    ['it connects for the first time', push({ state: 'connecting', lastError: null }), null],
    ['it was lost just now', push({ since: NOW - 9_999 }), null],
    ['it was lost 10 s ago', push({}), false],
    ['it is tried again', push({ state: 'connecting' }), false],
    ['it was stopped', push({ state: 'stopped' }), null],
  ])('%s', (_what, status, healthy) => {
    expect(streamHealth(status, NOW)?.healthy ?? null).toBe(healthy);
  });
});

describe('what features are told of their switches', () => {
  it.each<[string, Partial<Record<keyof typeof SWITCHES, 'on' | 'off'>>, number, readonly (string | null)[]]>(
    [
      ['all as they come', {}, 0.02, [null, null, null]],
      ['one is off', { export: 'off', feeds: 'on' }, 0.02, [null, null, 'features.export is off']],
      [
        'all are off',
        { feeds: 'off', verification: 'off', export: 'off' },
        0.02,
        ['features.feeds is off', 'features.verification is off', 'features.export is off'],
      ],
      ['no share', {}, 0, [null, 'tokens.verify_share is 0', null]],
    ],
  )('%s', (_what, switches, verifyShare, reasons) => {
    const told = switchHealth({ ...SWITCHES, ...switches }, { verifyShare });
    expect(told.map(({ reason }) => reason)).toEqual(reasons);
    for (const { healthy, reason } of told) expect(healthy).toBe(reason === null);
  });
});

describe('while the market is refused', () => {
  const open = (settings: { readonly refreshed?: boolean } = {}) => {
    const clock = new FakeClock();
    const entries: JournalDraft[] = [];
    const switches: Record<keyof typeof SWITCHES, 'auto' | 'on' | 'off'> = { ...SWITCHES };
    const registry = new TokenRegistry(SETTINGS);
    registry.add(tokenOf(mintOf(1)), 0, 0);
    registry.add(tokenOf(mintOf(2), { refreshedAt: settings.refreshed === true ? NOW : null }), 0, 0);
    const market = { state: 'closed' as 'closed' | 'open' | 'half_open', reason: '', lastAnswerAt: null };
    const features = watchFeatures({
      clock,
      log: silentLogger,
      note: (entry) => entries.push(journalDraft.parse(entry)),
      settings: ALL,
      switches,
      market: () => market,
      registry,
    });
    const states = (): string =>
      features
        .all()
        .reduce((all, { state }) => `${all} ${state}`, '')
        .trim();
    const turn = (state: typeof market.state, reason = ''): void => {
      Object.assign(market, { state, reason });
      features.turn();
    };
    return { clock, entries, features, market, states, turn, switches };
  };

  it('what needs it is off or goes on with old data, with the reason, and comes back by itself', async () => {
    const { clock, entries, features, states, turn } = open({ refreshed: true });
    turn('closed');
    expect([states(), entries]).toEqual(['on on on on on', []]);
    await clock.advance(5_000);
    turn('open', 'DexScreener is left alone after 5 failures in a row');
    expect(states()).toBe('stale off off off stale');
    expect(features.all()[1]).toEqual({
      name: 'activation and demotion',
      state: 'off',
      reason: 'DexScreener is left alone after 5 failures in a row',
      since: clock.now(),
    });
    expect(entries.map(({ subject, reason }) => [subject, reason])).toEqual(
      expect.arrayContaining([
        [
          'score refresh',
          'Score refresh goes on with the data from before: DexScreener is left alone after 5 failures in a row.',
        ],
        [
          'activation and demotion',
          'Activation and demotion is off: DexScreener is left alone after 5 failures in a row.',
        ],
      ]),
    );
    turn('half_open', 'DexScreener is being tried again');
    expect([states(), entries.length]).toEqual(['stale off off off stale', 5]);
    turn('closed');
    expect(states()).toBe('on on on on on');
    expect(entries.slice(5).map(({ reason }) => reason)).toContain('Score refresh is on again.');
    expect(entries[5]?.data).toEqual({ from: 'stale', to: 'on', leftOut: 0 });
  });

  it('what is switched off is off with the reason, also while its source is there, and on again in the next turn', () => {
    const { entries, features, states, switches, turn } = open({ refreshed: true });
    turn('closed');
    switches.export = 'off';
    turn('closed');
    expect(states()).toBe('on on on on off');
    expect(features.all()[4]).toMatchObject({ name: 'export for bots', reason: 'features.export is off' });
    expect(entries.map(({ reason }) => reason)).toEqual(['Export for bots is off: features.export is off.']);
    switches.export = 'on';
    turn('closed');
    expect(states()).toBe('on on on on on');
  });

  it('without any data there is nothing to go on with', () => {
    const { states, turn, market } = open();
    turn('open', 'gone');
    expect(states()).toBe('off off off off off');
    Object.assign(market, { lastAnswerAt: NOW });
    turn('open', 'gone');
    expect(states()).toBe('stale off off off stale');
  });

  it('a breaker that flaps for an hour leaves a few entries a feature, and the last one is right', async () => {
    const { clock, entries, turn } = open({ refreshed: true });
    for (let second = 0; second < 3_600; second++) {
      turn(second % 2 === 0 ? 'open' : 'closed', 'it flaps');
      await clock.advance(1_000);
    }
    turn('open', 'it stays');
    const own = entries.filter(({ subject }) => subject === 'activation and demotion');
    expect(own.length).toBeLessThanOrEqual(6 * 7);
    await clock.advance(600_000);
    turn('open', 'it stays');
    const last = entries.filter(({ subject }) => subject === 'activation and demotion').at(-1);
    expect(last?.data).toMatchObject({ to: 'off' });
    expect(entries.some(({ reason }) => /It changed \d+ times in between\.$/.test(reason))).toBe(true);
  });
});

import { afterEach, describe, expect, test, vi } from 'vitest';
import { openSqliteStore, type SqliteStore } from '../../storage/index.ts';
import { loadSettings } from '../settings.ts';
import { MINUTE_MS, closeScenes, openScene } from './testing/scene.ts';
import { eligible, ineligible, mints } from './testing/scripted-market.ts';

// Virtual minutes are many turns: on a busy machine they need more than the usual time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
afterEach(closeScenes);

/** A setting that can be made to throw when it is read. */
function breakable(value: number): { broken: boolean; read: () => number } {
  const one = {
    broken: false,
    read: () => {
      if (one.broken) throw new TypeError('planted');
      return value;
    },
  };
  return one;
}

describe('scenario 1: all green while tokens are stale', () => {
  test('planning that breaks in every turn is seen: old data within 60 s, a stall after 5 min; it goes on by itself', async () => {
    const all = mints(5);
    const share = breakable(0.2);
    const { pass, health, conditions, log, market, token } = await openScene({
      watch: all,
      tokens: {
        get checkShare() {
          return share.read();
        },
      },
      script: (market) => market.list(all, eligible),
    });
    await pass(MINUTE_MS);
    expect(health().status).toBe('healthy');
    share.broken = true;
    const asked = market.asked.length;
    await pass(MINUTE_MS);
    expect(log.map(({ msg }) => msg)).toContain('Planning failed; the next turn tries again.');
    expect(
      market.asked.filter(({ endpoint }) => endpoint !== 'profiles' && endpoint !== 'boosts').length,
    ).toBeLessThan(asked + 5);
    expect(conditions()).toEqual(expect.arrayContaining(['data.stale', 'jobs.hot.stalled']));
    await pass(5 * MINUTE_MS);
    expect(conditions()).toContain('pipeline.stalled');
    expect(health().status).toBe('critical');
    share.broken = false;
    await pass(MINUTE_MS);
    expect(health()).toMatchObject({ status: 'healthy', conditions: [] });
    for (const mint of all) expect(token(mint).status).toBe('active');
  });
});

describe('scenario 5: the service answers and works nothing', () => {
  // The scheduler hung on an environment variable that production did not have; the API answered all the same.
  test('no switch leaves the pipeline off: with all of them off, a ready service reads', async () => {
    const all = mints(3);
    const { settings } = loadSettings({ file: null, environment: { SCHEDULER_ENABLED: 'false' } });
    const switches = Object.entries(settings.tokens).filter(([, value]) => typeof value === 'boolean');
    expect(switches.length).toBeGreaterThan(0);
    const { pass, service, token, market } = await openScene({
      watch: all,
      tokens: Object.fromEntries(switches.map(([name]) => [name, false])),
      script: (market) => market.list(all, eligible),
    });
    expect(service.view.ready()).toEqual({ status: 'ready' });
    await pass(2_000);
    for (const mint of all) expect(token(mint).refreshedAt).not.toBeNull();
    await pass(MINUTE_MS);
    expect(market.asked.map(({ endpoint }) => endpoint)).toEqual(expect.arrayContaining(['batch', 'pools']));
  });

  test('a variable that names no setting is warned of', () => {
    const { loaded } = loadSettings({ file: null, environment: { MOONWARDEN_TOKENS_SCHEDULER: 'off' } });
    expect(loaded.warnings).toEqual([expect.stringContaining('MOONWARDEN_TOKENS_SCHEDULER')]);
  });

  test('what is due and not read for 5 min is a stall; the pipeline is started anew, and that is verified', async () => {
    const all = mints(3);
    const { pass, health, conditions, journal, market, token } = await openScene({
      watch: all,
      dexscreener: { timeoutMs: 330_000 },
      script: (market) => market.list(all, eligible),
    });
    await pass(MINUTE_MS);
    // The feeds are answered; a read is taken and never answered: no call fails, and nothing is worked.
    market.hang = ({ mints: asked }) => asked.length > 0;
    await pass(5 * MINUTE_MS - 5_000);
    expect(conditions()).toContain('data.stale');
    expect(health().status).toBe('critical');
    market.hang = () => false;
    await pass(2 * MINUTE_MS);
    expect(conditions()).toEqual([]);
    for (const mint of all) expect(token(mint).status).toBe('active');
    expect((await journal({ subject: 'pipeline.stalled' })).map(({ type }) => type)).toEqual([
      'condition.started',
      'action.taken',
      'condition.ended',
      'action.verified',
    ]);
  });
});

describe('scenario 6: a blocked loop', () => {
  // Synchronous work in the event loop made HTTP time out while the process was alive.
  test('an import of 10,000 mints is taken in parts of at most 500, with others having their turn between', async () => {
    const all = mints(10_000);
    const { clock, service, pass } = await openScene();
    await pass(1_000);
    const known = (): number => service.view.overview().counts.total;
    const importing = service.view.importTokens(all, 'a person');
    let before = 0;
    for (let turns = 0; turns < 1_000 && known() < all.length; turns++) {
      await clock.settle();
      expect(known() - before).toBeLessThanOrEqual(500);
      before = known();
      await clock.advance(0);
    }
    await clock.advance(1_000);
    expect(await importing).toMatchObject({ duplicates: 0, rejected: [] });
    expect(known()).toBe(all.length);
  });
});

describe('scenario 13: a crash loop', () => {
  // An error in the monitoring or in one token ended the whole run, and the start after it, for ever.
  test('judgement that breaks on every token stops nothing and loses nothing', async () => {
    const all = mints(4);
    const limit = breakable(200);
    const { pass, token, log, conditions } = await openScene({
      watch: all,
      tokens: {
        get minLiquidityUsd() {
          return limit.read();
        },
      },
      script: (market) => market.list(all, eligible),
    });
    await pass(MINUTE_MS);
    const before = all.map((mint) => token(mint));
    limit.broken = true;
    await pass(3 * MINUTE_MS);
    expect(log.map(({ msg }) => msg)).toContain('A token could not be judged.');
    expect(conditions()).toContain('data.stale');
    for (const [index, mint] of all.entries())
      expect(token(mint)).toMatchObject({ status: 'active', score: before[index]?.score });
    limit.broken = false;
    await pass(MINUTE_MS);
    expect(conditions()).toEqual([]);
  });

  test('a listener that throws at everything is left alone', async () => {
    const all = mints(4);
    const { pass, token, service, health, store } = await openScene({
      watch: all,
      script: (market) => market.list(all, eligible),
    });
    const broken = (): never => {
      throw new Error('planted');
    };
    service.view.subscribe({ onJournal: broken, onState: broken, onTokens: broken });
    store.onCommit(broken);
    await pass(2 * MINUTE_MS);
    expect(health().status).toBe('healthy');
    for (const mint of all) expect(token(mint).status).toBe('active');
  });

  test('a configuration that cannot be right refuses the start with every fault, in one error', () => {
    const environment = { MOONWARDEN_TOKENS_W_TX: '0.9', MOONWARDEN_DEXSCREENER_URL: 'ftp://nowhere' };
    expect(() => loadSettings({ file: null, environment })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        faults: expect.arrayContaining([
          expect.objectContaining({ path: expect.stringContaining('url') as string }),
          expect.objectContaining({ message: expect.stringContaining('must sum to 1') as string }),
        ]) as unknown,
      }) as Error,
    );
  });
});

describe('scenario 14: settings lost or empty', () => {
  // An empty text in the table of settings zeroed all scores; a deploy put old thresholds back.
  test('an empty text is refused with its path, whatever the setting', () => {
    for (const name of ['MIN_SCORE', 'MIN_LIQUIDITY_USD', 'ARCHIVE_BELOW']) {
      expect(() => loadSettings({ file: null, environment: { [`MOONWARDEN_TOKENS_${name}`]: '' } })).toThrow(
        expect.objectContaining({
          code: 'CONFIG_INVALID',
          faults: [expect.objectContaining({ path: expect.stringMatching(new RegExp(name, 'i')) as string })],
        }) as Error,
      );
    }
  });

  test('a restart judges by the thresholds of the file, and the scores of before go on', async () => {
    const [mint = ''] = mints(1);
    const script = (market: { list: (all: readonly string[], of: typeof ineligible) => void }): void =>
      market.list([mint], ineligible);
    const tokens = { minScore: 5 } as const;
    let kept: SqliteStore | undefined;
    const first = await openScene({
      watch: [mint],
      tokens,
      script,
      store: (clock, log) =>
        (kept = { ...openSqliteStore({ clock, log, folder: null }), close: async () => {} }),
    });
    await first.pass(2 * MINUTE_MS);
    expect(first.token(mint).group).toBe('cold');
    const before = first.token(mint);
    await first.stop();
    const second = await openScene({ tokens, script, store: () => kept ?? first.store, clock: first.clock });
    expect(second.token(mint)).toMatchObject({ group: 'cold', score: before.score });
    await second.pass(MINUTE_MS);
    expect(second.token(mint).group).toBe('cold');
    expect(second.conditions()).toEqual([]);
  });
});

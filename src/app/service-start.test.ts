import { expect, test } from 'vitest';
import { FakeClock, MoonwardenError, silentLogger, createRandom } from '../kernel/index.ts';
import { createSimulatedMarket, inProcessTransport } from '../simulator/index.ts';
import { openSqliteStore, type SqliteStore } from '../storage/index.ts';
import { createService } from './service.ts';
import { loadSettings } from './settings.ts';

/** A service whose store takes so many commits and then none. */
function serviceThatRunsFull(commits: number) {
  const clock = new FakeClock();
  const market = createSimulatedMarket({ seed: 7, tokens: 20, clock });
  const store = openSqliteStore({ clock, log: silentLogger, folder: null });
  let left = commits;
  const small: SqliteStore = {
    ...store,
    commit: (changes) =>
      left-- > 0 ? store.commit(changes) : Promise.reject(new MoonwardenError('STORE_FULL', 'planted')),
  };
  const { settings } = loadSettings({ environment: {}, file: null });
  const service = createService({
    clock,
    random: createRandom(1),
    log: silentLogger,
    store: small,
    transport: inProcessTransport(market),
    marketKind: 'sim',
    discoveries: ['DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263'],
    settings,
    pid: null,
  });
  return { clock, service };
}

test.each([0, 1])(
  'a start that the store breaks off after %i commits leaves nothing running',
  async (commits) => {
    const { clock, service } = serviceThatRunsFull(commits);
    await expect(service.start()).rejects.toMatchObject({ code: 'STORE_FULL' });
    expect(service.view.ready().status).toBe('not-ready');
    const stopped = service.stop('the start failed');
    await clock.advance(60_000);
    await stopped;
    expect(clock.pending).toBe(0);
  },
);

test('a stop tells of itself once', async () => {
  const { clock, service } = serviceThatRunsFull(Infinity);
  await service.start();
  await clock.advance(5_000);
  const stopped = service.stop('enough');
  await clock.advance(60_000);
  await stopped;
  await service.stop('again');
  expect(clock.pending).toBe(0);
});

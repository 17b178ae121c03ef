// Over 350 lines because each way in which a configuration comes, fails and is taken back is a case of one scene.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConfigBody } from '../../contract/index.ts';
import { FakeClock } from '../../kernel/index.ts';
import { createLog } from '../log/logger.ts';
import type { Settings } from '../settings.ts';
import { createLiveConfig, type LiveConfig } from './live.ts';
import { openConfig, type OpenedConfig } from './open.ts';
import { entryOf, type ConfigOutcome } from './outcome.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'live config '));
  file = join(folder, 'monitoring.json');
  writeFileSync(file, '{}');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const open = (environment = {}): OpenedConfig => openConfig({ file, environment }, folder);

/** A service's configuration without the watch of its file: what happens when is up to the test. */
function scene(opened = open()): {
  readonly live: LiveConfig;
  readonly clock: FakeClock;
  readonly outcomes: ConfigOutcome[];
  readonly lines: () => readonly Record<string, unknown>[];
  readonly taken: () => Settings;
  readonly reload: (content: string) => Promise<void>;
  failing: { write: boolean; part: boolean };
  /** The user that the file belongs to. */
  owner: { id: number | null };
} {
  const clock = new FakeClock();
  const written: string[] = [];
  const log = createLog(clock, opened.settings.log, {
    output: { write: (line) => written.push(line) },
    human: false,
    folder: null,
  });
  const failing = { write: false, part: false };
  const owner: { id: number | null } = { id: 1_000 };
  const live = createLiveConfig({
    clock,
    log,
    opened,
    ownerOf: () => owner.id,
    write: async (path, content) => {
      if (failing.write) throw new Error('disk full');
      writeFileSync(path, content);
    },
  });
  let taken = opened.settings;
  live.join(
    {
      name: 'whole',
      prepare: (next) => () => {
        taken = next;
      },
    },
    {
      name: 'choosy',
      prepare: () => {
        if (failing.part) throw new Error('no room');
        return () => undefined;
      },
    },
  );
  const outcomes: ConfigOutcome[] = [];
  live.onOutcome((outcome) => outcomes.push(outcome));
  return {
    live,
    clock,
    outcomes,
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    taken: () => taken,
    failing,
    owner,
    reload: async (content) => {
      writeFileSync(file, content);
      await live.reload('file');
    },
  };
}
const change = (live: LiveConfig, body: ConfigBody) => live.change(body, 'ann');
const itemOf = (live: LiveConfig, path: string) => live.report().items.find((item) => item.path === path);

describe('the file', () => {
  test('brings what is live into force, and says of the rest that it waits', async () => {
    const { live, reload, taken, lines, outcomes } = scene();
    await reload('{"tokens":{"check_interval":"30s","cold_share":0.2}}');
    expect(taken().tokens).toMatchObject({ checkIntervalMs: 30_000, coldShare: 0.05 });
    expect(lines().map(({ msg, path }) => [path, String(msg).includes('next start')])).toEqual([
      ['tokens.check_interval', false],
      ['tokens.cold_share', true],
    ]);
    expect(itemOf(live, 'tokens.cold_share')).toMatchObject({
      value: 0.2,
      inForce: 0.05,
      waits: true,
      live: false,
      source: file,
    });
    expect(itemOf(live, 'tokens.check_interval')).toMatchObject({
      value: '30s',
      inForce: '30s',
      waits: false,
      live: true,
    });
    expect(outcomes).toMatchObject([{ kind: 'changed', asked: { via: 'file' } }]);
  });

  test.each([
    [
      'a value that is not valid',
      '{"log":{"level":"debug"},"tokens":{"check_interval":""}}',
      'tokens.check_interval',
    ],
    ['half of a file', '{"log":{"level":"deb', 'monitoring.json'],
    ['an empty file', '', 'monitoring.json'],
    ['values that do not go together', '{"tokens":{"w_tx":0.9}}', 'tokens.w_tx'],
    ['a setting that there is not', '{"tokens":{"chekc_interval":"9s"}}', 'tokens.chekc_interval'],
  ])(
    'with %s changes nothing, names the place, and is told of until it is whole',
    async (_, content, path) => {
      const { live, reload, taken, outcomes, clock } = scene();
      const before = taken();
      const sample = () => live.samples()[0]?.value;
      expect(sample()).toBe(0);
      await reload(content);
      expect(taken()).toBe(before);
      expect(sample()).toBeGreaterThan(0);
      await clock.advance(5_000);
      await reload(content);
      expect(sample()).toBe(5);
      expect(live.report().refused).toMatchObject({
        since: clock.now() - 5_000,
        at: clock.now(),
        faults: [{ path: expect.stringContaining(path) as string }],
      });
      expect(outcomes.map(({ kind }) => kind)).toEqual(['refused', 'refused']);
      await reload('{}');
      expect(live.report().refused).toBeNull();
      expect(sample()).toBe(0);
      expect(outcomes.at(-1)?.kind).toBe('unchanged');
    },
  );

  test('that is gone is refused: it is no wish for the defaults', async () => {
    const { live, reload, taken, outcomes } = scene();
    await reload('{"tokens":{"check_interval":"30s"}}');
    rmSync(file);
    await live.reload('signal');
    expect(outcomes.at(-1)).toMatchObject({ kind: 'refused', asked: { via: 'signal' } });
    expect(taken().tokens.checkIntervalMs).toBe(30_000);
  });

  test('that one part cannot take reaches no part', async () => {
    const { reload, taken, outcomes, failing } = scene();
    const before = taken();
    failing.part = true;
    await reload('{"tokens":{"check_interval":"30s"}}');
    expect(taken()).toBe(before);
    expect(outcomes).toMatchObject([{ kind: 'refused', faults: [{ path: 'choosy', message: 'no room' }] }]);
  });
});

describe('the owner of the file', () => {
  test('that is another one is told until it is the old one again, or somebody vouches for it by a signal', async () => {
    const { live, reload, owner, lines } = scene();
    const isTold = (): unknown =>
      live.samples().find(({ signal }) => signal === 'config_owner_changed')?.value;
    await reload('{"tokens":{"max_tokens":5}}');
    expect(isTold()).toBe(0);
    owner.id = 1_001;
    await reload('{"tokens":{"max_tokens":6}}');
    await reload('{"tokens":{"max_tokens":7}}');
    expect(isTold()).toBe(1);
    expect(lines().filter(({ msg }) => String(msg).includes('another user'))).toMatchObject([
      { file, was: 1_000, is: 1_001 },
    ]);
    owner.id = 1_000;
    await reload('{}');
    expect(isTold()).toBe(0);
    owner.id = 1_001;
    await reload('{');
    expect(isTold()).toBe(1);
    await live.reload('signal');
    expect(isTold()).toBe(0);
  });

  test('is not known of a file that is gone', async () => {
    const { live, owner } = scene();
    owner.id = null;
    await live.reload('file');
    expect(live.samples().at(-1)).toEqual({ signal: 'config_owner_changed', value: 0 });
    owner.id = 1_000;
    await live.reload('file');
    expect(live.samples().at(-1)?.value).toBe(0);
  });
});

describe('what is set at run time', () => {
  test('lies over the file, also when that changes, until it is reverted', async () => {
    const { live, taken, reload } = scene();
    const result = await change(live, { set: { 'tokens.check_interval': '20s' }, why: 'a test' });
    expect(result).toMatchObject({
      changes: [{ path: 'tokens.check_interval', from: '60s', to: '20s', live: true }],
      sentence: 'Changed: tokens.check_interval (in force now).',
    });
    await reload('{"tokens":{"check_interval":"30s","max_tokens":7}}');
    expect(taken().tokens).toMatchObject({ checkIntervalMs: 20_000, maxTokens: 7 });
    expect(itemOf(live, 'tokens.check_interval')?.source).toBe('run time');
    await change(live, { revert: ['tokens.check_interval'] });
    expect(itemOf(live, 'tokens.check_interval')).toMatchObject({ value: '30s', source: file });
  });

  test('lies under the environment and the command line, which fix a value: setting it is refused and says so', async () => {
    const opened = openConfig(
      {
        file,
        environment: { MOONWARDEN_TOKENS_CHECK_INTERVAL: '40s' },
        flags: { source: 'command line', values: { log: { level: 'error' } } },
      },
      folder,
    );
    const { live, taken, outcomes } = scene(opened);
    await expect(
      change(live, { set: { 'tokens.check_interval': '20s', 'log.level': 'debug', 'tokens.max_tokens': 5 } }),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      faults: [
        {
          path: 'tokens.check_interval',
          message:
            'is fixed by the environment (MOONWARDEN_TOKENS_CHECK_INTERVAL), which goes before what is set at run time',
        },
        {
          path: 'log.level',
          message: 'is fixed by the command line, which goes before what is set at run time',
        },
      ],
    });
    expect(taken().tokens.maxTokens).toBe(200_000);
    expect(outcomes).toEqual([]);
  });

  test('that was set before the environment fixed it waits below it', async () => {
    await change(scene().live, { set: { 'tokens.check_interval': '20s' } });
    const { live, taken } = scene(open({ MOONWARDEN_TOKENS_CHECK_INTERVAL: '40s' }));
    expect(taken().tokens.checkIntervalMs).toBe(40_000);
    expect(itemOf(live, 'tokens.check_interval')?.source).toBe('environment');
    await change(live, { revert: ['tokens.check_interval'] });
    expect(open().settings.tokens.checkIntervalMs).toBe(60_000);
  });

  test('can be set and reverted in one go, and all of it reverted', async () => {
    const { live, taken } = scene();
    await change(live, { set: { 'tokens.max_tokens': 5, 'log.level': 'debug' } });
    await change(live, { set: { 'tokens.max_tokens': 6 }, revert: 'all' });
    expect(taken().tokens.maxTokens).toBe(6);
    expect(taken().log.level).toBe('info');
    expect((await change(live, { revert: 'all' })).changes).toHaveLength(1);
    expect((await change(live, { revert: 'all' })).sentence).toBe('Nothing has changed.');
  });

  test.each<[string, ConfigBody, string]>([
    ['a bad value', { set: { 'tokens.max_tokens': 5, 'log.level': 'loud' } }, 'log.level'],
    ['no setting', { set: { 'log.levle': 'debug' } }, 'log.levle'],
    ['a section', { set: { log: { level: 'debug' } } }, 'log'],
    ['what files may hold beside settings', { set: { '$schema.x': 1 } }, '$schema.x'],
    ['a prototype', { set: { '__proto__.polluted': 1 } }, '__proto__'],
    ['a revert of what is not set', { revert: ['log.level'] }, 'log.level'],
  ])('%s is refused by its path, and nothing is set or kept', async (_, body, path) => {
    const { live, taken, outcomes } = scene();
    const before = taken();
    await expect(change(live, body)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      faults: expect.arrayContaining([
        expect.objectContaining({ path: expect.stringContaining(path) as string }),
      ]) as unknown,
    });
    expect(taken()).toBe(before);
    expect(outcomes).toEqual([]);
    expect(open().layers.runTime).toEqual({});
  });

  test('is there again after a restart', async () => {
    await change(scene().live, { set: { 'tokens.max_tokens': 5, 'tokens.hot_interval': '20s' } });
    const { settings } = open();
    expect(settings.tokens).toMatchObject({ maxTokens: 5, hotIntervalMs: 20_000 });
  });

  test('that cannot be kept is not brought into force', async () => {
    const { live, taken, failing } = scene();
    const before = taken();
    failing.write = true;
    await expect(change(live, { set: { 'tokens.max_tokens': 5 } })).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    });
    expect(taken()).toBe(before);
  });

  test('comes one after the other: each stands on what was before', async () => {
    const { live, taken } = scene();
    await Promise.all([
      change(live, { set: { 'tokens.max_tokens': 5 } }),
      live.reload('signal'),
      change(live, { set: { 'tokens.check_interval': '20s' } }),
    ]);
    expect(taken().tokens).toMatchObject({ maxTokens: 5, checkIntervalMs: 20_000 });
  });

  test('that does not fit to the file any more is dropped at the start, and says so', async () => {
    await change(scene().live, { set: { 'tokens.cold_interval': '12s' } });
    writeFileSync(file, '{"tokens":{"hot_interval":"20s"}}');
    rmSync(join(folder, 'other'), { force: true });
    const kept = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as object;
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...kept, path: 'elsewhere' }));
    const opened = open();
    expect(opened.settings.tokens).toMatchObject({ hotIntervalMs: 20_000, coldIntervalMs: 45_000 });
    expect(opened.warnings.join()).toContain('tokens.cold_interval');
  });
});

describe('the last good configuration', () => {
  const goodOnce = async (): Promise<void> => {
    const { live, reload } = scene();
    await change(live, { set: { 'tokens.check_interval': '20s' } });
    await reload('{"tokens":{"max_tokens":5}}');
  };

  test('stands in at the start for a file that is not valid, and says so', async () => {
    await goodOnce();
    writeFileSync(file, '{"tokens":{"max_tokens":');
    const opened = open();
    expect(opened.settings.tokens).toMatchObject({ maxTokens: 5, checkIntervalMs: 20_000 });
    expect(opened.refused).toMatchObject({ faults: [{ path: file }] });
    const { live, outcomes, reload } = scene(opened);
    live.start();
    expect(outcomes).toMatchObject([{ kind: 'refused', asked: { via: 'start' } }]);
    expect(live.samples()[0]?.value).toBeGreaterThan(0);
    await reload('{"tokens":{"max_tokens":6}}');
    expect(live.report().refused).toBeNull();
    await live.stop();
  });

  test('is changed by a request all the same', async () => {
    await goodOnce();
    writeFileSync(file, 'nonsense');
    const { live, taken } = scene(open());
    await change(live, { set: { 'log.level': 'debug' } });
    expect(taken()).toMatchObject({ log: { level: 'debug' }, tokens: { maxTokens: 5 } });
  });

  test.each([
    ['there is none', () => undefined],
    ['it cannot be read', () => writeFileSync(join(folder, 'config.json'), '{"path":')],
    ['it is of another file', () => undefined],
  ])('a file that is not valid keeps the service from starting when %s', async (what, spoil) => {
    if (what === 'it is of another file') await goodOnce();
    spoil();
    const other = join(folder, 'other.json');
    writeFileSync(other, '{"log":{"level":"loud"}}');
    expect(() => openConfig({ file: other, environment: {} }, folder)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', faults: [expect.anything()] }) as Error,
    );
  });

  test('does not stand in for a mistake in environment or flags', async () => {
    await goodOnce();
    expect(() => open({ MOONWARDEN_LOG_LEVEL: 'loud' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error,
    );
  });

  test('is compared with at the start: what changed meanwhile is told', async () => {
    await goodOnce();
    writeFileSync(file, '{"tokens":{"max_tokens":9}}');
    const { live, outcomes } = scene(open());
    live.start();
    await live.stop();
    const [outcome] = outcomes;
    expect(outcome && entryOf(outcome, 1)).toMatchObject({
      type: 'config.changed',
      data: { via: 'start', changes: [{ path: 'tokens.max_tokens', from: 5, to: 9 }] },
    });
  });
});

test('the journal has who, why and the diff of what was asked for', async () => {
  const { live, outcomes } = scene();
  await change(live, { set: { 'tokens.max_tokens': 5 }, why: 'the disk is small' });
  const [outcome] = outcomes;
  expect(outcome && entryOf(outcome, 7)).toEqual({
    type: 'config.changed',
    at: 7,
    subject: null,
    reason:
      'The configuration changed by ann. Changed: tokens.max_tokens (in force now). Why: the disk is small',
    data: {
      hash: live.report().hash,
      via: 'api',
      who: 'ann',
      why: 'the disk is small',
      changes: [{ path: 'tokens.max_tokens', from: 200_000, to: 5, live: true }],
    },
  });
});

test('secrets are shown nowhere, and long values are cut', async () => {
  const { live, outcomes } = scene();
  await change(live, { set: { 'dexscreener.url': 'https://me:hunter2@example.com/' } });
  const shown = JSON.stringify([outcomes.map((outcome) => entryOf(outcome, 1)), live.report()]);
  expect(shown).toContain('example.com');
  expect(shown).not.toContain('hunter2');
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../kernel/index.ts';
import { duration, flag, integer, text } from './fields.ts';
import { resolveConfig, type Layer, type Resolution } from './resolve.ts';
import { defineSection, field, optionalField } from './section.ts';

const room = defineSection({
  name: 'room',
  about: 'A room.',
  fields: {
    sizeMb: field(integer({ min: 1, max: 100 }), 10, 'Its size.'),
    openForMs: field(duration({ minMs: 1_000 }), '30s', 'How long it is open.'),
    lit: field(flag(), true, 'Whether there is light.'),
    owner: optionalField(text(), 'Whose it is.'),
  },
  check: ({ sizeMb, lit }) =>
    sizeMb > 50 && !lit ? [{ field: 'sizeMb', message: 'is too large in the dark' }] : [],
});
const cellar = defineSection({
  name: 'cellar',
  about: 'Below.',
  fields: { depth: field(integer(), 3, 'How deep.') },
});
const resolve = (...layers: Layer[]): Resolution => resolveConfig([room, cellar], layers);
const fromFile = (values: unknown): Layer => ({ source: 'a.json', values });
const faultsOf = (...layers: Layer[]): readonly Fault[] => {
  const resolution = resolve(...layers);
  return resolution.ok ? [] : resolution.faults;
};

test('without layers the defaults stand, as the code reads them', () => {
  expect(resolve()).toMatchObject({
    ok: true,
    settings: { room: { sizeMb: 10, openForMs: 30_000, lit: true, owner: null }, cellar: { depth: 3 } },
  });
});

test('each value tells how it was written and where', () => {
  const resolution = resolve(fromFile({ room: { open_for: '5m' }, $schema: './schema.json' }), {
    source: 'environment',
    values: { room: { size_mb: '7' } },
  });
  expect(resolution.ok && resolution.values).toEqual([
    { section: 'room', key: 'size_mb', written: '7', source: 'environment', about: 'Its size.' },
    { section: 'room', key: 'open_for', written: '5m', source: 'a.json', about: 'How long it is open.' },
    { section: 'room', key: 'lit', written: true, source: 'default', about: 'Whether there is light.' },
    { section: 'room', key: 'owner', written: null, source: 'default', about: 'Whose it is.' },
    { section: 'cellar', key: 'depth', written: 3, source: 'default', about: 'How deep.' },
  ]);
  expect(resolution.ok && resolution.settings['room']).toMatchObject({ sizeMb: 7, openForMs: 300_000 });
});

test('the last layer that names a key wins, key by key', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record(
          {
            size_mb: fc.integer({ min: 1, max: 100 }),
            lit: fc.constant(true),
            open_for: fc.integer({ min: 1 }),
          },
          { requiredKeys: [] },
        ),
        { maxLength: 5 },
      ),
      (written) => {
        const layers = written.map((values, index) => ({
          source: `layer ${index}`,
          values: { room: values },
        }));
        const before = structuredClone(layers);
        const resolution = resolve(...layers);
        expect(layers).toEqual(before);
        const values = resolution.ok ? resolution.values : [];
        const keys = ['size_mb', 'open_for', 'lit'] as const;
        for (const key of keys) {
          const index = written.findLastIndex((layer) => key in layer);
          const found = values.find((value) => value.key === key);
          expect(found?.source).toBe(index === -1 ? 'default' : `layer ${index}`);
          if (index !== -1) expect(found?.written).toBe(written[index]?.[key]);
        }
      },
    ),
  ));

describe('faults', () => {
  test.each<[string, unknown, Fault[]]>([
    [
      'a value',
      { room: { size_mb: 0, lit: 'dim' } },
      [
        { path: 'room.size_mb', message: 'must be a number between 1 and 100, not 0 (from a.json)' },
        { path: 'room.lit', message: 'must be true or false, not "dim" (from a.json)' },
      ],
    ],
    [
      'a slip in a key',
      { room: { size_bm: 5 } },
      [{ path: 'room.size_bm', message: 'is not a setting; did you mean "size_mb"? (from a.json)' }],
    ],
    [
      'the name of the code instead of that of the file',
      { room: { openForMs: 5 } },
      [
        {
          path: 'room.openForMs',
          message: 'is not a setting; known are: size_mb, open_for, lit, owner (from a.json)',
        },
      ],
    ],
    [
      'a slip in a section',
      { romo: {} },
      [{ path: 'romo', message: 'is not a section; did you mean "room"? (from a.json)' }],
    ],
    [
      'an unknown section',
      { garden: {} },
      [{ path: 'garden', message: 'is not a section; known are: room, cellar (from a.json)' }],
    ],
    [
      'a section that is a list',
      { room: [] },
      [{ path: 'room', message: 'must be an object (from a.json)' }],
    ],
    [
      'a section that is null',
      { room: null },
      [{ path: 'room', message: 'must be an object (from a.json)' }],
    ],
    ['a section that is text', { room: 'x' }, [{ path: 'room', message: 'must be an object (from a.json)' }]],
    [
      'a file that is a list',
      [],
      [{ path: 'a.json', message: 'must be an object with one entry a section' }],
    ],
    [
      'a file that is null',
      null,
      [{ path: 'a.json', message: 'must be an object with one entry a section' }],
    ],
    [
      'what only the section as a whole can tell',
      { room: { size_mb: 60, lit: false } },
      [{ path: 'room.size_mb', message: 'is too large in the dark' }],
    ],
  ])('%s', (_, values, faults) => {
    expect(faultsOf(fromFile(values))).toEqual(faults);
  });

  test('of several keys that are near a slip, the nearest is meant', () => {
    const weather = defineSection({
      name: 'weather',
      about: 'Weather.',
      fields: { hot: field(flag(), true, 'Hot.'), shot: field(flag(), true, 'Shot.') },
    });
    expect(resolveConfig([weather], [fromFile({ weather: { shoot: 1 } })])).toMatchObject({
      faults: [{ message: 'is not a setting; did you mean "shot"? (from a.json)' }],
    });
  });

  test('all of them are told at once, over sections and layers', () => {
    const paths = faultsOf(fromFile({ room: { size_mb: 'x' }, cellar: { depth: 'x' } }), {
      source: 'environment',
      values: { room: { litt: 'on' } },
    }).map(({ path }) => path);
    expect(paths).toEqual(['room.litt', 'room.size_mb', 'cellar.depth']);
  });

  test('what a later layer corrects is none', () => {
    expect(
      faultsOf(fromFile({ room: { size_mb: 0 } }), { source: 'flag', values: { room: { size_mb: 1 } } }),
    ).toEqual([]);
  });

  test('a check is not asked about values of the wrong type', () => {
    const touchy = defineSection({
      name: 'touchy',
      about: 'Breaks on anything else.',
      fields: { size: field(integer(), 1, 'A number.') },
      check: ({ size }) => (Number.isInteger(size) ? [] : [{ field: 'size', message: 'was asked' }]),
    });
    const resolution = resolveConfig([touchy], [fromFile({ touchy: { size: 'x' } })]);
    expect(resolution).toMatchObject({ ok: false, faults: [{ path: 'touchy.size' }] });
    expect(resolution.ok ? [] : resolution.faults).toHaveLength(1);
  });
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
  'the name %s is one that nobody knows, and changes no prototype',
  (name) => {
    const layer = fromFile(JSON.parse(`{"${name}": {"polluted": 1}, "room": {"${name}": {"polluted": 1}}}`));
    expect(faultsOf(layer).map(({ path }) => path)).toEqual([name, `room.${name}`]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(resolve().ok).toBe(true);
  },
);

test('any JSON at all gives settings or faults, each with path and words', () =>
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (values, size) => {
      for (const layer of [values, { room: values }, { room: { size_mb: size } }]) {
        for (const { path, message } of faultsOf(fromFile(layer))) {
          expect(typeof path).toBe('string');
          expect(message).not.toBe('');
        }
      }
    }),
  ));

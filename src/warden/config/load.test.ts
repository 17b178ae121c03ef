import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MoonwardenError } from '../../kernel/index.ts';
import { duration, integer } from './fields.ts';
import { loadConfig, type ConfigSources, type LoadedConfig } from './load.ts';
import { defineSection, field } from './section.ts';

const room = defineSection({
  name: 'room',
  about: 'A room.',
  fields: {
    size: field(integer({ min: 1 }), 10, 'Its size.'),
    openForMs: field(duration(), '30s', 'How long it is open.'),
  },
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden-config-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const fileWith = (content: string): string => {
  const file = join(folder, 'monitoring.json');
  writeFileSync(file, content);
  return file;
};
const load = (sources: Partial<ConfigSources> = {}): LoadedConfig =>
  loadConfig({ sections: [room], file: null, environment: {}, ...sources });
const thrownBy = (work: () => unknown): MoonwardenError => {
  try {
    work();
  } catch (error) {
    if (error instanceof MoonwardenError) return error;
  }
  throw new Error('it threw no error of ours');
};

test('defaults < file < environment < flags', () => {
  const file = fileWith('{"room": {"size": 1, "open_for": "1s"}}');
  const environment = { MOONWARDEN_ROOM_SIZE: '2' };
  const flags = { source: '--size', values: { room: { size: 3 } } };
  const sizes = [{}, { file }, { file, environment }, { file, environment, flags }].map(
    (sources) => load(sources).settings['room'],
  );
  expect(sizes).toEqual([
    { size: 10, openForMs: 30_000 },
    { size: 1, openForMs: 1_000 },
    { size: 2, openForMs: 1_000 },
    { size: 3, openForMs: 1_000 },
  ]);
  expect(load({ file, environment, flags }).values.map(({ source }) => source)).toEqual(['--size', file]);
});

test('the hash names the content, wherever it comes from', () => {
  const inFile = load({ file: fileWith('{"room": {"size": 10, "open_for": "0.5m"}}') });
  expect(inFile.hash).toMatch(/^[\da-f]{12}$/);
  expect(inFile.hash).toBe(load().hash);
  expect(load({ environment: { MOONWARDEN_ROOM_SIZE: '11' } }).hash).not.toBe(inFile.hash);
});

test('slips in the environment are warned of', () => {
  expect(load({ environment: { MOONWARDEN_ROOM_SIZ: '1' } }).warnings).toEqual([
    'The environment variable MOONWARDEN_ROOM_SIZ names no setting and is ignored.',
  ]);
});

test.each([
  [{ MOONWARDEN_ROOM_SIZE: '0' }, '1 value is not valid', ['room.size']],
  [
    { MOONWARDEN_ROOM_SIZE: '', MOONWARDEN_ROOM_OPEN_FOR: 'x' },
    '2 values are not valid',
    ['room.size', 'room.open_for'],
  ],
])('faults come together in one error: %j', (environment, message, paths) => {
  const error = thrownBy(() => load({ environment }));
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', message });
  expect(error.faults.map(({ path }) => path)).toEqual(paths);
  for (const fault of error.faults) expect(fault.message).toMatch(/\(from environment\)$/);
});

describe('the file', () => {
  test('may begin with a byte order mark', () => {
    expect(load({ file: fileWith('\uFEFF{"room": {"size": 4}}') }).settings['room']).toMatchObject({
      size: 4,
    });
  });

  test.each([
    ['is empty', '', 'is empty'],
    ['is blank', ' \n\t', 'is empty'],
    ['holds only a byte order mark', '\uFEFF', 'is empty'],
    ['breaks in line 1', '{"a":}', /^Unexpected token '}' \(line 1, column 6\)$/],
    ['breaks in a later line', '{\n  "room": {\n    "size" 4\n  }\n}\n', /^[\w :']+ \(line 3, column 12\)$/],
    ['breaks far down', `{\n${'  "key": "value",\n'.repeat(40)}  oops\n}`, /\(line 42, column 3\)$/],
    ['has a comma too much', '{\n  "a": 1,\n}', /\(line 3, column 1\)$/],
    ['has a comma too much behind a byte order mark', '\uFEFF{\n  "a": 1,\n}', /\(line 3, column 1\)$/],
    ['has lines ended as on Windows', '{\r\n  "a": 1,\r\n  b\r\n}', /\(line 3, column 3\)$/],
    ['ends too early', '{\n  "room": {', /\(line 2, column 12\)$/],
    ['goes on after its end', '{}\n{}', /\(line 2, column 1\)$/],
  ])('that %s is refused with its place, in one line', (_, content, message) => {
    const file = fileWith(content);
    const error = thrownBy(() => load({ file }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: `${file} is not valid JSON` });
    expect(error.faults).toHaveLength(1);
    expect(error.faults[0]?.path).toBe(file);
    if (typeof message === 'string') expect(error.faults[0]?.message).toBe(message);
    else expect(error.faults[0]?.message).toMatch(message);
    expect(error.faults[0]?.message).not.toContain('\n');
  });

  test('that is not there, or is a folder, cannot be read', () => {
    const missing = join(folder, 'no.json');
    expect(thrownBy(() => load({ file: missing }))).toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringMatching(/^cannot read the configuration .*no\.json: ENOENT/) as unknown,
    });
    expect(thrownBy(() => load({ file: folder }))).toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

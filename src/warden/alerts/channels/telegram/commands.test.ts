import { describe, expect, it } from 'vitest';
import { parseCommand, parseFor } from './commands.ts';
import { keyboardFor, pressOf } from './keyboard.ts';

const bad = (says: string): object => ({ kind: 'bad', why: expect.stringContaining(says) as string });

describe('parseCommand', () => {
  it.each<[string, unknown]>([
    ['/status', { kind: 'status' }],
    ['/STATUS@moon_bot', { kind: 'status' }],
    ['  /alerts  ', { kind: 'alerts' }],
    ['/start', { kind: 'help' }],
    ['/help me', { kind: 'help' }],
    ['/status@Other_bot', null],
    ['status', null],
    ['what is /status', null],
    ['/', null],
    ['', null],
    ['/ack a1b2', { kind: 'ack', id: 'a1b2' }],
    ['/ack #a1b2', { kind: 'ack', id: 'a1b2' }],
    ['/ack', bad('/ack a1b2c3d4')],
    ['/ack a b', bad('one alert')],
    ['/silence a1', { kind: 'silence', id: 'a1', forMs: 3_600_000 }],
    ['/silence a1 30m', { kind: 'silence', id: 'a1', forMs: 1_800_000 }],
    ['/silence a1 1 h 30 min', { kind: 'silence', id: 'a1', forMs: 5_400_000 }],
    ['/silence', bad('such as /silence')],
    ['/silence a1 soon', bad('"soon" is not a time: write it as 30m, 2h or 1d.')],
    ['/silence a1 90', bad('not a time')],
    ['/silence a1 10s', bad('not a time')],
    ['/silence a1 8d', bad('between 1m and 7d')],
    ['/silence a1 0h', bad('between 1m and 7d')],
    ['/maintenance', { kind: 'maintenance', forMs: 7_200_000 }],
    ['/maintenance 2h', { kind: 'maintenance', forMs: 7_200_000 }],
    ['/maintenance\n0.5d', { kind: 'maintenance', forMs: 43_200_000 }],
    ['/maintenance off', { kind: 'maintenance', forMs: null }],
    ['/maintenance OFF ', { kind: 'maintenance', forMs: null }],
    ['/maintenance of', bad('/maintenance off ends it')],
    ['/reboot', { kind: 'unknown', word: 'reboot', addressed: false }],
    ['/reboot@moon_bot now', { kind: 'unknown', word: 'reboot', addressed: true }],
  ])('%j', (text, expected) => {
    expect(parseCommand(text, 'Moon_bot')).toEqual(expected);
  });
});

it('a time is whole or it is none', () => {
  expect(parseFor('1h')).toBe(3_600_000);
  for (const none of ['', '1', 'h', '1hx', 'x1h', '-1h', '1h 2', '1 . 5h'])
    expect(typeof parseFor(none)).toBe('string');
});

describe('buttons', () => {
  it('come back as what they ask for', () => {
    const data = (keyboardFor('a1b2') ?? []).flat().map((button) => button.callback_data);
    expect(data.map(pressOf)).toEqual(
      (['ack', 'silence', 'details'] as const).map((what) => ({ what, id: 'a1b2' })),
    );
  });

  it('are left out where the id would not come back', () => {
    expect(keyboardFor('x'.repeat(62))).not.toBeNull();
    expect(keyboardFor('x'.repeat(63))).toBeNull();
    expect(keyboardFor('é'.repeat(32))).toBeNull();
    expect(keyboardFor('')).toBeNull();
  });

  it.each(['', 'a:', 'x:1', 'a1', '{"a":1}'])('%j is none of ours', (data) => {
    expect(pressOf(data)).toBeNull();
  });
});

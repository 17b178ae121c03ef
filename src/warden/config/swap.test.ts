import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MoonwardenError } from '../../kernel/index.ts';
import { duration, integer } from './fields.ts';
import { configOf } from './load.ts';
import { defineSection, field, live } from './section.ts';
import { prepareSwap, type ConfigState, type LivePart } from './swap.ts';

const sections = [
  defineSection({
    name: 'room',
    about: 'A room.',
    fields: {
      sizeMb: live(field(integer({ min: 1, max: 100 }), 10, 'Its size.')),
      openForMs: live(field(duration(), '30s', 'How long it is open.')),
      doors: field(integer(), 1, 'Ways in.'),
    },
    check: ({ sizeMb, doors }) => (doors > sizeMb ? [{ field: 'doors', message: 'are too many' }] : []),
  }),
];
type Room = Readonly<Record<string, unknown>>;
const config = (room: Room) => configOf(sections, [{ source: 'a test', values: { room } }]);
const first = config({});
const start: ConfigState = { loaded: first, inForce: first.settings };
const read = (settings: ConfigState['inForce']): Room => settings['room'] ?? {};
const swap = (current: ConfigState, room: Room, parts: readonly LivePart<Room>[] = []) =>
  prepareSwap({ sections, current, next: config(room), parts, read });

test('says what changes, as it was written, and what of it waits for the next start', () => {
  expect(swap(start, { size_mb: '20', doors: 2 })).toMatchObject({
    ok: true,
    changes: [
      { path: 'room.size_mb', from: 10, to: '20', live: true },
      { path: 'room.doors', from: 1, to: 2, live: false },
    ],
  });
});

test('another way to write the same value changes nothing', () => {
  expect(swap(start, { open_for: 30, size_mb: '10' })).toMatchObject({ ok: true, changes: [] });
});

test('parts get what is live, and the rest as it was at the start, however often it changes', () => {
  const one = swap(start, { size_mb: 20, doors: 2 });
  const state = one.ok ? one.state : start;
  const seen: Room[] = [];
  const part: LivePart<Room> = { name: 'room', prepare: (next) => () => seen.push(next) };
  const two = swap(state, { doors: 3 }, [part]);
  expect(two).toMatchObject({ changes: [{ path: 'room.size_mb' }, { path: 'room.doors', from: 2, to: 3 }] });
  expect(seen).toEqual([]);
  if (two.ok) expect(two.commit()).toEqual([]);
  expect(seen).toEqual([{ sizeMb: 10, openForMs: 30_000, doors: 1 }]);
});

describe('a part that cannot take the settings', () => {
  const committed: string[] = [];
  const willing = (name: string): LivePart<Room> => ({
    name,
    prepare: () => () => committed.push(name),
  });
  const failing = (name: string, error: unknown): LivePart<Room> => ({
    name,
    prepare: () => {
      throw error;
    },
  });
  test('keeps all of them from getting them, and its faults are told with those of others', () => {
    const named = new MoonwardenError('CONFIG_INVALID', 'no', {
      faults: [{ path: 'room.size_mb', message: 'is too much' }],
    });
    const parts = [willing('a'), failing('b', named), failing('c', new Error('no memory')), willing('d')];
    expect(swap(start, { size_mb: 20 }, parts)).toEqual({
      ok: false,
      faults: [
        { path: 'room.size_mb', message: 'is too much' },
        { path: 'c', message: 'no memory' },
      ],
    });
    expect(committed).toEqual([]);
  });
});

test('what is live is refused where it does not go together with what waits', () => {
  const many = swap(start, { doors: 5, size_mb: 50 });
  const state = many.ok
    ? { ...many.state, inForce: { room: { sizeMb: 50, openForMs: 1, doors: 5 } } }
    : start;
  expect(swap(state, { doors: 2, size_mb: 4 })).toEqual({
    ok: false,
    faults: [
      {
        path: 'room.doors',
        message: 'are too many, together with what stays in force until the next start',
      },
    ],
  });
});

test('a commit that breaks stops no other one, and is named', () => {
  const committed: string[] = [];
  const parts: LivePart<Room>[] = [
    {
      name: 'a',
      prepare: () => () => {
        throw new Error('broken');
      },
    },
    { name: 'b', prepare: () => () => committed.push('b') },
  ];
  const prepared = swap(start, {}, parts);
  expect(prepared.ok && prepared.commit()).toMatchObject([{ part: 'a' }]);
  expect(committed).toEqual(['b']);
});

test('whatever was set in between, what is in force is what was accepted last, and the start', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ size_mb: fc.integer({ min: 10, max: 100 }), doors: fc.integer({ min: 0, max: 9 }) }),
        { minLength: 1, maxLength: 8 },
      ),
      (rooms) => {
        let state = start;
        for (const room of rooms) {
          const prepared = swap(state, room);
          if (prepared.ok) state = prepared.state;
        }
        expect(state.inForce['room']).toEqual({
          sizeMb: rooms.at(-1)?.size_mb,
          openForMs: 30_000,
          doors: 1,
        });
      },
    ),
  ));

import { expect, test } from 'vitest';
import { createHeartbeatMemory, readHeartbeat, writeHeartbeat } from './heartbeat.ts';

function heart() {
  const memory = createHeartbeatMemory();
  return { memory, writer: writeHeartbeat(memory), reader: readHeartbeat(memory) };
}

test('what one side writes the other reads', () => {
  const { writer, reader } = heart();
  expect(reader.beat()).toEqual({ beat: 0, atMs: 0, inspectorIsOpen: false });
  expect(writer.beat(12.5, false)).toBe(1);
  expect(reader.beat()).toEqual({ beat: 1, atMs: 12.5, inspectorIsOpen: false });
  expect(writer.beat(13.25, true)).toBe(2);
  expect(reader.beat()).toEqual({ beat: 2, atMs: 13.25, inspectorIsOpen: true });
});

test('the last label is kept, cut to what there is room for, whole letters only', () => {
  const { writer, reader } = heart();
  expect(reader.lastWork()).toBeNull();
  writer.label('GET /api/tokens/:mint', 5);
  expect(reader.lastWork()).toEqual({ label: 'GET /api/tokens/:mint', atMs: 5 });
  writer.label('jöb', 6);
  expect(reader.lastWork()).toEqual({ label: 'jöb', atMs: 6 });
  writer.label(`${'x'.repeat(119)}ö and more`, 7);
  expect(reader.lastWork()?.label).toBe('x'.repeat(119));
  writer.label('', 8);
  expect(reader.lastWork()).toEqual({ label: '', atMs: 8 });
});

test('beats wrap around and stay whole numbers', () => {
  const { memory, writer, reader } = heart();
  new Int32Array(memory)[1] = 0x7fff_ffff;
  expect(writer.beat(1, false)).toBe(0);
  expect(writer.beat(2, false)).toBe(1);
  expect(reader.beat().beat).toBe(1);
});

test('a writer that was killed in the middle of a label leaves none, and of a beat the last', () => {
  const { memory, writer, reader } = heart();
  writer.beat(1, false);
  writer.label('half', 1);
  const words = new Int32Array(memory);
  Atomics.add(words, 0, 1);
  Atomics.add(words, 3, 1);
  expect(reader.lastWork()).toBeNull();
  expect(reader.beat()).toEqual({ beat: 1, atMs: 1, inspectorIsOpen: false });
});

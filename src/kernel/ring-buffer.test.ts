import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RingBuffer } from './ring-buffer.ts';

test.each([0, -1, 1.5, Number.NaN, Infinity])('a capacity of %s is refused', (capacity) => {
  expect(() => new RingBuffer(capacity)).toThrow(RangeError);
});

const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('push' as const), item: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('shift' as const) }) },
);

test('behaves as an array that loses its oldest item when it is full', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(operation, { maxLength: 60 }), (capacity, steps) => {
      const buffer = new RingBuffer<number>(capacity);
      const model: number[] = [];
      for (const step of steps) {
        if (step.kind === 'shift') expect(buffer.shift()).toBe(model.shift());
        else {
          model.push(step.item);
          expect(buffer.push(step.item)).toBe(model.length > capacity ? model.shift() : undefined);
        }
        expect([...buffer]).toEqual(model);
        expect(buffer.length).toBe(model.length);
        expect(buffer.capacity).toBe(capacity);
        for (let index = -capacity - 1; index <= capacity; index++) {
          expect(buffer.at(index)).toBe(model.at(index));
        }
      }
    }),
  ));

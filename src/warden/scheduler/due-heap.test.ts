import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueHeap } from './due-heap.ts';

test('the heap gives the earliest, whatever is moved and removed', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.option(fc.nat(100)))), (steps) => {
      const entries = Array.from({ length: 10 }, () => ({ wakeMs: Infinity, heapIndex: -1 }));
      const heap = new DueHeap<(typeof entries)[number]>();
      const inside = new Set<(typeof entries)[number]>();
      for (const [which, ms] of steps) {
        const entry = entries[which];
        if (entry === undefined) continue;
        if (ms === null) {
          heap.delete(entry);
          inside.delete(entry);
        } else {
          heap.set(entry, ms);
          inside.add(entry);
        }
        const earliest = Math.min(...[...inside].map(({ wakeMs }) => wakeMs));
        expect([heap.size, heap.first?.wakeMs ?? Infinity]).toEqual([inside.size, earliest]);
      }
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from './random.ts';

const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());
const seeds = fc.oneof(fc.integer(), fc.string());

test('the same seed gives the same numbers, for ever and on every machine', () => {
  // Recorded worlds are replayed from their seeds: changing these numbers changes all of them.
  expect(draw(createRandom(1), 3)).toEqual(draw(createRandom('1'), 3));
  expect(draw(createRandom(42), 4).map((value) => Math.floor(value * 2 ** 32))).toMatchInlineSnapshot(`
    [
      887462311,
      2914259512,
      3188496114,
      207475146,
    ]
  `);
});

test('numbers depend on the seed', () =>
  fc.assert(
    fc.property(seeds, seeds, (a, b) => {
      expect(draw(createRandom(a), 5)).toEqual(draw(createRandom(a), 5));
      if (String(a) !== String(b)) expect(draw(createRandom(a), 5)).not.toEqual(draw(createRandom(b), 5));
    }),
  ));

describe('fork', () => {
  test('depends on the seed and the name, not on how much was drawn', () =>
    fc.assert(
      fc.property(seeds, fc.string(), fc.nat(50), (seed, name, drawn) => {
        const used = createRandom(seed);
        draw(used, drawn);
        expect(draw(used.fork(name), 5)).toEqual(draw(createRandom(seed).fork(name), 5));
      }),
    ));

  test('takes nothing from its source, and differs from it and from its siblings', () =>
    fc.assert(
      fc.property(seeds, fc.string(), fc.string(), (seed, name, other) => {
        const source = createRandom(seed);
        const fork = draw(source.fork(name), 5);
        const own = draw(source, 5);
        expect(own).toEqual(draw(createRandom(seed), 5));
        expect(fork).not.toEqual(own);
        if (name !== other) expect(fork).not.toEqual(draw(source.fork(other), 5));
      }),
    ));
});

test('next stays in [0, 1), integer in its bounds, pick among its items', () =>
  fc.assert(
    fc.property(seeds, fc.integer({ min: -1_000, max: 1_000 }), fc.nat(1_000), (seed, min, width) => {
      const random = createRandom(seed);
      const items = ['a', 'b', 'c'];
      for (let count = 0; count < 50; count++) {
        const value = random.next();
        expect(value >= 0 && value < 1).toBe(true);
        const whole = random.integer(min, min + width);
        expect(Number.isInteger(whole) && whole >= min && whole <= min + width).toBe(true);
        expect(items).toContain(random.pick(items));
        expect(Number.isFinite(random.normal())).toBe(true);
      }
    }),
    { numRuns: 50 },
  ));

describe('uniformity, on fixed seeds', () => {
  const COUNT = 20_000;

  // The 99.99 % point of chi-squared with 15 degrees of freedom is 44.3.
  test.each(['x', 'y', 7, 123_456])('sixteen buckets fill evenly from seed %s', (seed) => {
    const buckets = new Array<number>(16).fill(0);
    for (const value of draw(createRandom(seed), COUNT)) {
      buckets[Math.floor(value * 16)] = (buckets[Math.floor(value * 16)] ?? 0) + 1;
    }
    const expected = COUNT / 16;
    const chiSquared = buckets.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(44.3);
  });

  test('both ends of integer come as often as what lies between, and pick knows all items', () => {
    const random = createRandom('dice');
    const count = new Map<number, number>();
    for (let roll = 0; roll < 6_000; roll++) {
      const face = random.integer(1, 6);
      count.set(face, (count.get(face) ?? 0) + 1);
    }
    expect([...count.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    for (const times of count.values()) expect(Math.abs(times - 1_000)).toBeLessThan(150);
    expect(new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c']))).size).toBe(3);
  });

  test('normal has mean 0, deviation 1, and is no more often above than below', () => {
    const random = createRandom('bell');
    const values = Array.from({ length: COUNT }, () => random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
    const within = values.filter((value) => Math.abs(value) < 1).length / COUNT;
    expect(Math.abs(within - 0.6827)).toBeLessThan(0.015);
  });
});

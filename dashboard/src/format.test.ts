import { describe, expect, it } from 'vitest';
import * as format from './format.ts';

const at = new Date(2026, 6, 14, 14, 2, 9).getTime();
const s = 1_000;
const min = 60 * s;
const h = 60 * min;
const d = 24 * h;

describe('numbers', () => {
  it.each([
    [null, '–'],
    [0, '0'],
    [7, '7'],
    [0.5, '0.50'],
    [0.004, '<0.01'],
    [812.4, '812'],
    [999.99, '1.00k'],
    [45_231, '45.2k'],
    [999_960, '1.00M'],
    [1_234_567, '1.23M'],
    [9_900_000_000, '9.90B'],
    [5.7e23, '5.70e23'],
    [-45_231, '-45.2k'],
    [Infinity, '–'],
  ])('compact(%s) = %s', (value, text) => expect(format.compact(value)).toBe(text));

  it.each([
    [null, '–'],
    [0, '0'],
    [182.5, '182.50'],
    [0.5, '0.5'],
    [0.01234567, '0.01235'],
    [0.00001234, '0.0₄1234'],
    [0.000000000000123, '0.0₁₂123'],
    [2_500_000, '2.50M'],
  ])('price(%s) = %s', (value, text) => expect(format.price(value)).toBe(text));

  it.each([
    [null, '–'],
    [0, '0 %'],
    [0.0004, '<0.1 %'],
    [0.0312, '3.1 %'],
    [1, '100 %'],
  ])('percent(%s) = %s', (value, text) => expect(format.percent(value)).toBe(text));

  it.each([
    [0, '0'],
    [0.42, '0.4'],
    [12.4, '12'],
    [1204, '1,204'],
  ])('rate(%s) = %s', (value, text) => expect(format.rate(value)).toBe(text));

  it('score has three decimals until it is large', () => {
    expect([null, 0, 0.0004, 0.4217, 12.3456].map(format.score)).toEqual([
      '–',
      '0.000',
      '<0.001',
      '0.422',
      '12.35',
    ]);
  });
  it('plural', () => {
    expect([format.plural(1, 'token'), format.plural(1184, 'token')]).toEqual(['1 token', '1,184 tokens']);
  });
});

describe('times', () => {
  it.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [4 * min + 50 * s, '4 min'],
    [2 * h, '2 h'],
    [2 * h + 13 * min, '2 h 13 min'],
    [3 * d + 4 * h, '3 d 4 h'],
    [40 * d + 4 * h, '40 d'],
    [-5, '0 s'],
  ])('duration(%s) = %s', (ms, text) => expect(format.duration(ms)).toBe(text));

  it.each([
    [at, 'now'],
    [at - 6 * s, '6 s ago'],
    [at - 4 * min, '4 min ago'],
    [at - 26 * h, '26 h ago'],
    [at - 3 * d, '3 d ago'],
    [at + 20 * s, 'in 20 s'],
  ])('relative(%s) = %s', (time, text) => expect(format.relative(time, at)).toBe(text));

  it('moment names the day only when it is another', () => {
    expect(format.moment(at - h, at)).toBe('13:02');
    expect(format.moment(at - 2 * d, at)).toBe('12 Jul, 14:02');
    expect(format.moment(at - 400 * d, at)).toBe('9 Jun 2025, 14:02');
    expect(format.exactTime(at)).toBe('Tue, 14 Jul 2026, 14:02:09');
  });
  it('age keeps a decimal below ten seconds', () => {
    expect([6200, 41_000, null].map(format.age)).toEqual(['6.2 s', '41 s', '–']);
  });
});

describe('names by strangers', () => {
  it.each([
    [null, ''],
    ['  DOG  \n FACE ', 'DOG FACE'],
    ['\u202Eevil\u202C', 'evil'],
    ['👨‍👩‍👧 fam', '👨‍👩‍👧 fam'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['Z\u0335\u0321\u0322\u0327\u0328\u0334', 'Z\u0335'],
    ['x'.repeat(60), `${'x'.repeat(39)}…`],
  ])('%j becomes %j', (text, clean) => expect(format.strangerText(text)).toBe(clean));

  it('shortens mints in the middle', () => {
    expect(format.shortMint('So11111111111111111111111111111111111111112')).toBe('So11…1112');
    expect(format.shortMint('short')).toBe('short');
  });
});

describe('words', () => {
  it.each([
    ['Healthy. 1,184 hot tokens are fresh.', 'Healthy.', '1,184 hot tokens are fresh.'],
    [
      'Degraded since 14:02: DexScreener answers slowly.',
      'Degraded since 14:02:',
      'DexScreener answers slowly.',
    ],
    ['Starting', 'Starting', ''],
  ])('%s is split after its verdict', (sentence, verdict, rest) => {
    expect(format.splitSentence(sentence)).toEqual([verdict, rest]);
  });
  it.each([
    [0.0121, 'up 1.2 points'],
    [-0.31, 'down 31 points'],
    [0.0004, 'no change'],
  ])('a ratio that changes by %s is %s', (change, text) => expect(format.points(change)).toBe(text));
  it.each([
    [0, 1, '0', 'limit 1'],
    [9_200.4, null, '9.20k', ''],
    ['a\u202eb'.repeat(40), 'optional', `${'ab'.repeat(15)}a…`, 'optional'],
  ])('a step with %s of %s', (value, limit, shown, wanted) => {
    expect([format.stepValue(value), format.stepLimit(limit)]).toEqual([shown, wanted]);
  });
  it('makes words of names', () => {
    expect(['no_liquidity', 'otherChain', 'source.lost', 'dexscreener_boosts'].map(format.words)).toEqual([
      'No liquidity',
      'Other chain',
      'Source lost',
      'DexScreener boosts',
    ]);
  });
});

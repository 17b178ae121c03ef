import { describe, expect, it } from 'vitest';
import { percentChange, priceText, roundTo, valueUsd } from './numbers.ts';

describe('numbers as DexScreener writes them', () => {
  it.each([
    [0.0000082009, '0.000008201'],
    [81.2, '81.20'],
    [1234.5678, '1234.57'],
    [0.99978, '0.9998'],
    [8.727e-10, '0.0000000008727'],
    [0, '0'],
    [NaN, '0'],
  ])('the price %d is %s', (price, text) => {
    expect(priceText(price)).toBe(text);
  });

  it.each([
    [1, 1.12345, 12.35],
    [1, 3.1, 210],
    [2, 1, -50],
    [1, 1, 0],
  ])('from %d to %d it is %d %%', (from, to, percent) => {
    expect(percentChange(from, to)).toBe(percent);
  });

  it('market values have cents below 100,000 USD', () => {
    expect([valueUsd(8201.274), valueUsd(146_054.4)]).toEqual([8201.27, 146_054]);
  });

  it('is never -0', () => {
    expect(Object.is(roundTo(-0.001, 2), 0)).toBe(true);
  });
});

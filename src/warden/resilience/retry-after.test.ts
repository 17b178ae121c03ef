import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LONGEST_RETRY_AFTER_MS, parseHttpDate, parseRetryAfter } from './retry-after.ts';
import { propertyRuns } from './testing/property-runs.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);

describe('parseRetryAfter', () => {
  test.each<[unknown, number | undefined]>([
    ['30', 30_000],
    ['0', 0],
    ['1.5', 1_500],
    ['0.001', 1],
    [' 2\t', 2_000],
    ['007', 7_000],
    [12, 12_000],
    [0, 0],
    [1.5, 1_500],
    // 30 days, and a second more.
    ['2592000', LONGEST_RETRY_AFTER_MS],
    ['2592001', undefined],
    ['1767225600', undefined],
    ['999999999999', undefined],
    ['9999999999999', undefined],
    [2_592_001, undefined],
    ['Thu, 01 Jan 2026 12:00:45 GMT', 45_000],
    ['thu, 1 jan 2026 12:00:45 utc', 45_000],
    ['Thursday, 01-Jan-26 12:00:45 GMT', 45_000],
    ['Thu Jan  1 12:00:45 2026', 45_000],
    ['Thu Jan 01 12:00:45 2026', 45_000],
    ['Thu, 01 Jan 2026 12:00:00 GMT', 0],
    ['Thu, 01 Jan 2026 11:59:59 GMT', 0],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sat, 31 Jan 2026 12:00:00 GMT', LONGEST_RETRY_AFTER_MS],
    ['Sat, 31 Jan 2026 12:00:01 GMT', undefined],
    ['', undefined],
    ['  ', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['+5', undefined],
    ['5s', undefined],
    ['5,5', undefined],
    ['.5', undefined],
    ['5.', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['5, 10', undefined],
    ['2026-01-01T12:00:45Z', undefined],
    [-1, undefined],
    [NaN, undefined],
    [Infinity, undefined],
    [null, undefined],
    [undefined, undefined],
    [true, undefined],
    [['5'], undefined],
    [{}, undefined],
  ])('%j is %j ms', (value, ms) => {
    expect(parseRetryAfter(value, NOW)).toBe(ms);
  });

  test('a date is not understood without a time to measure it against', () => {
    expect(parseRetryAfter('Thu, 01 Jan 2026 12:00:45 GMT', NaN)).toBeUndefined();
    expect(parseRetryAfter('45', NaN)).toBe(45_000);
  });

  test('is a bounded wait or nothing, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string()), fc.double(), (value, nowMs) => {
        const ms = parseRetryAfter(value, nowMs);
        if (ms === undefined) return;
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(LONGEST_RETRY_AFTER_MS);
      }),
      { numRuns: propertyRuns(300) },
    );
  });
});

describe('parseHttpDate', () => {
  const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);

  test.each<[unknown, number | undefined]>([
    // The three examples of RFC 9110.
    ['Sun, 06 Nov 1994 08:49:37 GMT', EXAMPLE],
    ['Sunday, 06-Nov-94 08:49:37 GMT', EXAMPLE],
    ['Sun Nov  6 08:49:37 1994', EXAMPLE],
    ['Mon, 31 Dec 2029 23:59:60 GMT', Date.UTC(2030, 0, 1)],
    ['Thu, 29 Feb 2024 00:00:00 GMT', Date.UTC(2024, 1, 29)],
    ['Wed, 29 Feb 2023 00:00:00 GMT', undefined],
    ['Sun, 31 Apr 2023 00:00:00 GMT', undefined],
    ['Sun, 00 Apr 2023 00:00:00 GMT', undefined],
    ['Sun, 06 Nov 1994 23:59:59 GMT', Date.UTC(1994, 10, 6, 23, 59, 59)],
    ['Sun, 06 Nov 1994 24:00:00 GMT', undefined],
    ['Sun, 06 Nov 1994 08:60:00 GMT', undefined],
    ['Sun, 06 Nov 1994 08:00:61 GMT', undefined],
    ['Sun, 06 Xyz 1994 08:49:37 GMT', undefined],
    ['Sun, 06 Nov 1994 08:49:37', undefined],
    ['Sun, 06 Nov 1994 08:49:37 CET', undefined],
    ['Sun, 06 Nov 94 08:49:37 GMT', undefined],
    ['06 Nov 1994 08:49:37 GMT', undefined],
    ['xSun, 06 Nov 1994 08:49:37 GMT', undefined],
    ['Sun, 06 Nov 1994 08:49:37 GMTx', undefined],
    ['Sunday, 06-Nov-1994 08:49:37 GMT', undefined],
    ['Sun Nov  6 08:49:37 1994 x', undefined],
    ['Sun Nov 6 08:49:37 1994', undefined],
    [' Sun Nov  6 08:49:37 1994 ', EXAMPLE],
    [EXAMPLE, undefined],
    [null, undefined],
  ])('%j', (text, ms) => {
    expect(parseHttpDate(text, NOW)).toBe(ms);
  });

  test.each([
    ...['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].entries(),
  ])('month %d is %s', (month, name) => {
    expect(parseHttpDate(`Sun, 06 ${name} 1994 08:49:37 GMT`, NOW)).toBe(Date.UTC(1994, month, 6, 8, 49, 37));
  });

  test.each([
    ['Friday, 01-Jan-76 00:00:00 GMT', 2076],
    ['Friday, 01-Jan-77 00:00:00 GMT', 1977],
    ['Friday, 01-Jan-00 00:00:00 GMT', 2000],
    ['Friday, 01-Jan-26 00:00:00 GMT', 2026],
  ])('two digits of a year, %s, are %d in 2026', (text, year) => {
    expect(parseHttpDate(text, NOW)).toBe(Date.UTC(year, 0, 1));
  });

  test('reads what JavaScript writes', () => {
    const moment = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) / 1_000 }).map((s) => s * 1_000);
    fc.assert(
      fc.property(moment, (ms) => {
        expect(parseHttpDate(new Date(ms).toUTCString(), NOW)).toBe(ms);
      }),
      { numRuns: propertyRuns(300) },
    );
  });
});

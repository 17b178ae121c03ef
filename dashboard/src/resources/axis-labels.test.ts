import { describe, expect, it } from 'vitest';
import { DURATION_STEPS, axisLabels } from './axis-labels.ts';

describe('the labels of an axis', () => {
  it.each([
    ['ratio', [0, 0.005, 0.01, 0.015], ['0 %', '0.5 %', '1.0 %', '1.5 %']],
    ['ratio', [0, 0.0002, 0.0004], ['0 %', '0.02 %', '0.04 %']],
    ['ratio', [0, 0.25, 0.5], ['0 %', '25 %', '50 %']],
    ['s', [0, 20, 40, 60, 80], ['0 s', '20 s', '40 s', '60 s', '80 s']],
    ['s', [0, 30, 60, 90], ['0 min', '0.5 min', '1.0 min', '1.5 min']],
    ['s', [0, 3_600, 7_200], ['0 h', '1 h', '2 h']],
    ['s', [0, 43_200, 86_400], ['0 d', '0.5 d', '1.0 d']],
    ['s', [0.01, 0.0105, 0.011], ['10.0 ms', '10.5 ms', '11.0 ms']],
    ['s', [0, 0.000_02, 0.000_04], ['0 µs', '20 µs', '40 µs']],
    ['ms', [0, 500, 1_000], ['0 s', '0.5 s', '1.0 s']],
    ['ms', [0, 0.5, 1], ['0 ms', '0.5 ms', '1.0 ms']],
    ['bytes', [158_100_000, 158_200_000, 158_300_000], ['158.1 MB', '158.2 MB', '158.3 MB']],
    ['bytes', [0, 2_048], ['0 B', '2048 B']],
    ['bytes/s', [0, 500, 1_000], ['0 kB/s', '0.5 kB/s', '1.0 kB/s']],
    ['1/s', [0, 0.5, 1], ['0 /s', '0.5 /s', '1.0 /s']],
    ['1/min', [0, 100, 200], ['0 /min', '100 /min', '200 /min']],
    ['tokens', [1_230_000, 1_232_000], ['1230k', '1232k']],
    ['tokens', [9_000, 9_500], ['9.0k', '9.5k']],
    [null, [0, 0.001, 0.002], ['0', '0.001', '0.002']],
    [null, [-1, -0.5, 0, 0.5], ['-1.0', '-0.5', '0', '0.5']],
    [null, [0, 1e-9, 2e-9], ['0', '1.00e-9', '2.00e-9']],
    [null, [0, 1e30, 2e30], ['0', '1.00e30', '2.00e30']],
    ['bytes', [0, 1e21, 2e21], ['0 PB', '1.00e6 PB', '2.00e6 PB']],
    ['bytes', [0], ['0 B']],
    ['count', [5], ['5']],
    ['count', [], []],
  ])('%s %j', (unit, values, expected) => {
    expect(axisLabels(values, unit)).toEqual(expected);
  });

  it('tell neighbours apart at each step that an axis can have', () => {
    for (const unit of ['s', 'ratio', 'bytes', 'count', null])
      for (let power = -9; power <= 12; power += 1)
        for (const digit of [1, 2, 2.5, 5]) {
          const step = digit * 10 ** power;
          if (unit === 's') continue;
          const labels = axisLabels(
            Array.from({ length: 6 }, (_, index) => step * (index + 3)),
            unit,
          );
          expect(new Set(labels).size, `${unit} ${step}: ${labels.join()}`).toBe(6);
        }
    for (const step of DURATION_STEPS) {
      const labels = axisLabels(
        Array.from({ length: 6 }, (_, index) => step * (index + 3)),
        's',
      );
      expect(new Set(labels).size, `${step} s: ${labels.join()}`).toBe(6);
    }
  });

  it('the steps of durations rise', () => {
    expect(DURATION_STEPS.toSorted((a, b) => a - b)).toEqual(DURATION_STEPS);
  });
});

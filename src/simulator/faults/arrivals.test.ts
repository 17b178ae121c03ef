import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrivalLog } from './arrivals.ts';

const PAIRS = '/tokens/v1/solana/A';

describe('requests as they arrive', () => {
  it.each([
    ['/tokens/v1/solana/A,B', 'pairs'],
    ['/token-pairs/v1/solana/A', 'pairs'],
    ['/latest/dex/tokens/A', 'pairs'],
    ['/latest/dex/search?q=/token-boosts/', 'pairs'],
    ['/token-profiles/latest/v1', 'profiles'],
    ['/token-boosts/latest/v1', 'profiles'],
  ])('%s is of the quota for %s', (path, quota) => {
    expect(new ArrivalLog().note(path, 0)).toEqual({ quota, inMinute: 1 });
  });

  it('a minute holds what came less than 60 s before, and the quotas are apart', () => {
    const log = new ArrivalLog();
    log.note(PAIRS, 0);
    log.note('/token-boosts/latest/v1', 1);
    expect(log.note(PAIRS, 59_999).inMinute).toBe(2);
    expect(log.note(PAIRS, 60_000).inMinute).toBe(2);
    expect(log.mostInMinute()).toEqual({ pairs: 2, profiles: 1 });
    expect(log.times()).toEqual([0, 1, 59_999, 60_000]);
    expect(log.times(1, 60_000)).toEqual([1, 59_999]);
  });

  it('the most in any minute is what counting from each arrival on gives', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200_000 })), (all) => {
        const times = all.toSorted((a, b) => a - b);
        const log = new ArrivalLog();
        const counts = times.map((time) => log.note(PAIRS, time).inMinute);
        const from = (start: number): number =>
          times.filter((time) => time >= start && time < start + 60_000).length;
        expect(log.mostInMinute().pairs).toBe(Math.max(0, ...times.map(from)));
        expect(Math.max(0, ...counts)).toBe(log.mostInMinute().pairs);
      }),
    );
  });
});

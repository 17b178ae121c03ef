import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALM_GUARD, guardMove, releaseGuard, type GuardState, type GuardVerdict } from './move-guard.ts';

const SETTINGS = { massChangeShare: 0.2, massChangeHoldMs: 3_600_000 };

/** Judges tokens one a second; `!` tells against. The last verdict. */
function run(story: string, state: GuardState = CALM_GUARD, fromMs = 0): GuardVerdict {
  let verdict: GuardVerdict | undefined;
  for (const [index, word] of story.trim().split(/\s+/).entries()) {
    const judgement = {
      mint: word.replace('!', ''),
      from: 'active' as const,
      against: word.endsWith('!'),
      at: fromMs + index * 1_000,
    };
    verdict = guardMove(verdict?.state ?? state, judgement, SETTINGS);
  }
  return verdict as GuardVerdict;
}

describe('the mass-change guard', () => {
  it.each([
    ['lets one of one go', 'a!', true],
    ['lets two of two go: of a handful one in five is less than one', 'a! b!', true],
    ['holds three of three', 'a! b! c!', false],
    ['holds three of fourteen', 'a! b! c d e f g h i j k l m n!', false],
    ['lets three of fifteen go: that is 20 %, not over', 'a! b c d e f g h i j k l m n! o!', true],
    ['counts a token once, by its last judgement', 'a! a! a! a! b', true],
    ['a token that is well again does not count', 'a! b! a c d e f! g h i j k l', true],
  ])('%s', (_, story, go) => {
    expect(run(story).go).toBe(go);
  });

  it('forgets what was judged more than two minutes ago', () => {
    const two = run('a! b!');
    expect(run('c!', two.state, 120_999).go).toBe(true);
    expect(run('c!', two.state, 119_000).go).toBe(false);
  });

  it('holds until the share falls, and says so once', () => {
    const held = run('a! b! c!');
    expect(held).toMatchObject({ turn: 'held', wouldMove: 3, judged: 3 });
    expect(run('d!', held.state, 4_000)).toMatchObject({ go: false, turn: null });
    const calm = run('a b d e f g h i j k l m n o', held.state, 4_000);
    expect(calm.go).toBe(true);
    expect(run('a b d e f g', held.state, 4_000).state.phase.kind).toBe('calm');
  });

  it('holds for an hour at most, and then does not begin anew before the share has fallen', () => {
    const held = run('a! b! c!');
    const over = run('a! b! c! d!', held.state, 3_602_000);
    expect(over).toMatchObject({ go: true });
    expect(over.state.phase.kind).toBe('released');
    expect(run('a! b! c! d! e! f!', over.state, 3_700_000).go).toBe(true);
    const calm = run('a b c d e f', over.state, 3_800_000);
    expect(calm.state.phase.kind).toBe('calm');
    expect(run('a! b! c!', calm.state, 3_810_000).go).toBe(false);
  });

  it('stands again after a release, however few tokens there are', () => {
    const released = releaseGuard(run('a! b! c!').state);
    const well = run('a', released, 300_000);
    expect(well.state.phase.kind).toBe('calm');
    expect(run('a! b! c!', well.state, 600_000).go).toBe(false);
  });

  it('a person can let go', () => {
    const held = run('a! b! c!');
    expect(run('d!', releaseGuard(held.state), 4_000).go).toBe(true);
    expect(releaseGuard(CALM_GUARD)).toBe(CALM_GUARD);
  });

  it('never lets more than a fifth and a handful go within two minutes, unless released', () => {
    const judgement = fc.record({
      mint: fc.nat(40).map(String),
      against: fc.boolean(),
      afterMs: fc.nat(20_000),
    });
    fc.assert(
      fc.property(fc.array(judgement, { maxLength: 200 }), (story) => {
        let state = CALM_GUARD;
        let at = 0;
        for (const { mint, against, afterMs } of story) {
          at += afterMs;
          const { phase } = state;
          const verdict = guardMove(state, { mint, from: 'active', against, at }, SETTINGS);
          state = verdict.state;
          expect(state.recent.length).toBeLessThanOrEqual(41);
          const many = verdict.wouldMove >= 3 && verdict.wouldMove > 0.2 * verdict.judged;
          if (many && verdict.go) {
            const overdue = phase.kind === 'holding' && at >= phase.until;
            expect(phase.kind === 'released' || overdue).toBe(true);
          }
          if (verdict.wouldMove === 0 && verdict.judged >= 3) expect(verdict.go).toBe(true);
        }
      }),
    );
  });
});

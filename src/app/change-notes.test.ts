import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangeNotes, NoteLimit, noteLimits } from './change-notes.ts';

const MINUTE_MS = 60_000;
type State = 'closed' | 'open' | 'half_open';

/** Plays changes, one a minute unless they say when, and gives what was told: `from>to+leftOut`. */
function play(changes: readonly (State | readonly [State, number])[]): string[] {
  const notes = new ChangeNotes<State>('closed');
  return changes.flatMap((change, index) => {
    const [to, atMs] = typeof change === 'string' ? [change, index * MINUTE_MS] : change;
    const note = notes.change(to, 'because', atMs);
    return note ? [`${note.from}>${note.to}+${note.leftOut}`] : [];
  });
}

describe('which changes are told', () => {
  it.each<[string, readonly State[], readonly string[]]>([
    [
      'each of one outage',
      ['open', 'half_open', 'closed'],
      ['closed>open+0', 'open>half_open+0', 'half_open>closed+0'],
    ],
    [
      'a trial in vain once, however often it is repeated',
      ['open', 'half_open', 'open', 'half_open', 'open', 'half_open', 'open', 'half_open', 'closed'],
      ['closed>open+0', 'open>half_open+0', 'half_open>open+0', 'open>closed+5'],
    ],
    [
      'the next outage again',
      ['open', 'closed', 'open'],
      ['closed>open+0', 'open>closed+0', 'closed>open+0'],
    ],
  ])('%s', (_what, changes, told) => {
    expect(play(changes)).toEqual(told);
  });

  it('one that flaps is told six times in ten minutes, and then how it came to stand', () => {
    const notes = new ChangeNotes<State>('closed');
    let told = 0;
    for (let second = 0; second < 99; second++) {
      if (notes.change(second % 2 === 0 ? 'open' : 'closed', `change ${second}`, second * 1_000)) told += 1;
    }
    expect(told).toBe(6);
    expect(notes.settle(noteLimits.windowMs - 1)).toBeNull();
    expect(notes.settle(noteLimits.windowMs)).toEqual({
      from: 'closed',
      to: 'open',
      reason: 'change 98',
      leftOut: 92,
    });
    expect(notes.settle(noteLimits.windowMs)).toBeNull();
  });

  it('nothing is told of what went there and back while it was held back', () => {
    const notes = new ChangeNotes<State>('closed', { entries: 2, windowMs: 1_000 });
    for (const to of ['open', 'closed', 'open', 'closed'] as const) notes.change(to, '', 0);
    expect(notes.settle(5_000)).toBeNull();
    expect(notes.change('open', 'again', 5_000)).toMatchObject({ leftOut: 2 });
  });

  it('whatever happens: within the limit, each begins where the last one ended, and none is lost in the count', () => {
    const state = fc.constantFrom<State>('closed', 'open', 'half_open');
    const step = fc.record({ to: state, afterMs: fc.integer({ min: 0, max: 300_000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const notes = new ChangeNotes<State>('closed');
        const told: { readonly atMs: number; readonly from: string; readonly to: string }[] = [];
        let nowMs = 0;
        let current: State = 'closed';
        let changes = 0;
        let counted = 0;
        for (const { to, afterMs } of steps) {
          nowMs += afterMs;
          const note = to === current ? notes.settle(nowMs) : notes.change(to, '', nowMs);
          if (to !== current) changes += 1;
          current = to;
          if (!note) continue;
          expect(note.from).toBe(told.at(-1)?.to ?? 'closed');
          expect(note.to).toBe(current);
          counted += 1 + note.leftOut;
          expect(counted).toBe(changes);
          told.push({ atMs: nowMs, from: note.from, to: note.to });
        }
        told.forEach(({ atMs }, index) => {
          expect((told[index + noteLimits.entries]?.atMs ?? Infinity) - atMs).toBeGreaterThanOrEqual(
            noteLimits.windowMs,
          );
        });
      }),
    );
  });
});

it('a limit lets through so many in any window', () => {
  const limit = new NoteLimit({ entries: 2, windowMs: 100 });
  const admitted = [0, 10, 20, 99, 100, 105, 110, 199, 200].filter((nowMs) => limit.admit(nowMs));
  expect(admitted).toEqual([0, 10, 100, 110, 200]);
});

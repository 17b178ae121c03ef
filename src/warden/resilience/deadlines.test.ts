import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock, type Clock } from '../../kernel/index.ts';
import { Deadlines, Due } from './deadlines.ts';
import { propertyRuns } from './testing/property-runs.ts';

class Noted extends Due {
  readonly name: number;
  readonly #told: (name: number) => void;

  constructor(name: number, told: (name: number) => void) {
    super();
    this.name = name;
    this.#told = told;
  }

  onDue(): void {
    this.#told(this.name);
  }
}

describe('many time limits on one timer', () => {
  it('tells each at its time, in order, whatever the order in which they came', async () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const told: string[] = [];
    for (const ms of [300, 100, 200, 100]) {
      deadlines.add(new Noted(ms, (name) => told.push(`${name}@${clock.monotonic()}`)), ms, 0);
    }
    expect(clock.pending).toBe(1);
    await clock.advance(250);
    expect(told).toEqual(['100@100', '100@100', '200@200']);
    await clock.advance(50);
    expect(told.at(-1)).toBe('300@300');
    expect(clock.pending).toBe(0);
  });

  it('leaves no timer when the last one is taken out', () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const due = new Noted(1, () => undefined);
    deadlines.add(due, 5_000, 0);
    deadlines.remove(due);
    deadlines.remove(due);
    expect(clock.pending).toBe(0);
  });

  it('what is not quite due when a timer fires early waits for the next one', async () => {
    const clock = new FakeClock();
    const early: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      schedule: (delayMs, fn) => clock.schedule(delayMs > 1 ? delayMs - 0.4 : delayMs, fn),
      sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
    };
    const deadlines = new Deadlines(early);
    const told: number[] = [];
    deadlines.add(new Noted(1, () => told.push(clock.monotonic())), 100, 0);
    await clock.advance(99.7);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toHaveLength(1);
    expect(told[0]).toBeGreaterThanOrEqual(100);
  });

  it('any mix of adding, removing and waiting tells exactly those that are due (property)', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), ms: fc.nat({ max: 50 }) }),
      fc.record({ kind: fc.constant('remove' as const), ms: fc.nat({ max: 20 }) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 30 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const clock = new FakeClock();
        const deadlines = new Deadlines(clock);
        const open = new Map<number, { due: Noted; atMs: number }>();
        const told: number[] = [];
        let added = 0;
        for (const { kind, ms } of steps) {
          if (kind === 'add') {
            const due = new Noted(added++, (name) => {
              told.push(name);
              expect(clock.monotonic()).toBe(open.get(name)?.atMs);
              open.delete(name);
            });
            const atMs = clock.monotonic() + ms;
            open.set(due.name, { due, atMs });
            deadlines.add(due, atMs, clock.monotonic());
          } else if (kind === 'remove') {
            const picked = [...open.values()][ms % Math.max(1, open.size)];
            if (!picked) continue;
            deadlines.remove(picked.due);
            open.delete(picked.due.name);
          } else {
            await clock.advance(ms);
            for (const { atMs } of open.values()) expect(atMs).toBeGreaterThan(clock.monotonic());
          }
          expect(clock.pending).toBeLessThanOrEqual(1);
        }
        await clock.advance(100);
        expect(open.size).toBe(0);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: propertyRuns(200) },
    );
  });
});

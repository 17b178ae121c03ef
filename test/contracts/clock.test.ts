import { describe } from 'vitest';
import { FakeClock, backgroundClock, systemClock } from '../../src/kernel/index.ts';
import { clockContract } from './clock.ts';

describe.each([
  ['systemClock', systemClock],
  ['backgroundClock', backgroundClock],
])('%s', (_name, clock) => {
  clockContract(() => ({
    clock,
    pass: async (ms) => {
      await systemClock.sleep(ms);
      // On a busy machine everything falls due at once; what timers have set in that moment still gets its turn.
      await systemClock.sleep(2);
    },
  }));
});

describe('FakeClock', () => {
  clockContract(() => {
    const clock = new FakeClock();
    return { clock, pass: (ms) => clock.advance(ms) };
  });
});

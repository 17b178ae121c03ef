import { systemClock, type FakeClock } from '../../../kernel/index.ts';

/** A time that real work on loopback takes at most by far, while virtual time stands still. */
const TURN_MS = 8;
const LONGEST_TURNS = 4_000;

/** Lets virtual time go on in small steps, with real time between them for the network, until `isDone`. */
export async function passUntil(clock: FakeClock, isDone: () => boolean, stepMs = 250): Promise<void> {
  for (let turn = 0; !isDone(); turn++) {
    if (turn > LONGEST_TURNS) throw new Error('What was waited for does not come.');
    await systemClock.sleep(TURN_MS);
    if (!isDone()) await clock.advance(stepMs);
  }
}

/** The outcome of work that waits for the clock and for the network. */
export async function passFor<T>(clock: FakeClock, work: Promise<T>, stepMs = 250): Promise<T> {
  let done = false;
  void work.then(
    () => (done = true),
    () => (done = true),
  );
  await passUntil(clock, () => done, stepMs);
  return work;
}

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { defaultsOf } from '../../warden/config/index.ts';
import { dueOf, longestWaitOf, reduceFeed, type FeedEvent, type FeedState } from './machine.ts';
import { pumpPortalSection } from './settings.ts';
import type { FeedTopic } from './wire.ts';

const TIMINGS = defaultsOf(pumpPortalSection);
const TOPICS: readonly FeedTopic[] = ['migration', 'creation'];

/** What the world knows of the connections, against which the machine is held. */
interface World {
  nowMs: number;
  readonly open: Set<number>;
  /** Topics that were asked for and acknowledged, on the connection of today. */
  readonly subscribed: Set<number>;
  readonly acknowledged: Set<FeedTopic>;
  stopped: boolean;
}
interface Machine {
  state: FeedState;
}

function feed(world: World, machine: Machine, event: FeedEvent): void {
  const before = machine.state;
  const { state, effects, reason } = reduceFeed(before, event, world.nowMs, TIMINGS, TOPICS);
  machine.state = state;
  expect(reason).not.toBe('');
  if (world.stopped) expect(effects, 'nothing is done after the stop').toEqual([]);
  if (event.kind === 'stop') world.stopped = true;
  for (const effect of effects) {
    switch (effect.kind) {
      case 'open':
        expect([...world.open], 'one connection at most').toEqual([]);
        world.open.add(effect.id);
        world.acknowledged.clear();
        break;
      case 'subscribe':
        expect(effect.topics).toEqual(TOPICS);
        world.subscribed.add(effect.id);
        break;
      case 'ping':
        expect(world.open).toContain(effect.id);
        break;
      case 'terminate':
      case 'close':
        expect(world.open, 'only what is open is ended').toContain(effect.id);
        world.open.delete(effect.id);
    }
  }
  if (event.kind === 'closed') world.open.delete(event.id);
  if (state.kind === 'live') {
    expect(world.subscribed, 'live means subscribed').toContain(state.id);
    expect([...world.acknowledged].toSorted(), 'live means acknowledged').toEqual(['creation', 'migration']);
    expect(world.open).toContain(state.id);
  }
  if (state.kind === 'waiting' && before.kind !== 'waiting') {
    const bound = longestWaitOf(state.failures, TIMINGS);
    expect(state.untilMs - world.nowMs, 'the next try is within the bound').toBeLessThanOrEqual(bound);
    expect(bound).toBeLessThanOrEqual(TIMINGS.longestWaitMs);
    expect([...world.open], 'what was lost is not left open').toEqual([]);
  }
  if (state.kind !== 'idle' && state.kind !== 'stopped') {
    expect(dueOf(state, TIMINGS), 'no state lasts for ever by itself').not.toBeNull();
  }
}

const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const idNow = (machine: Machine): number => ('id' in machine.state ? machine.state.id : 0);

class Step implements fc.Command<Machine & { world: World }, Machine & { world: World }> {
  readonly #name: string;
  readonly #eventOf: (real: Machine, world: World) => FeedEvent | null;
  constructor(name: string, eventOf: (real: Machine, world: World) => FeedEvent | null) {
    this.#name = name;
    this.#eventOf = eventOf;
  }
  check(): boolean {
    return true;
  }
  run(_: unknown, real: Machine & { world: World }): void {
    const event = this.#eventOf(real, real.world);
    if (event) feed(real.world, real, event);
  }
  toString(): string {
    return this.#name;
  }
}

const steps = [
  fc.constant(new Step('start', () => ({ kind: 'start' }))),
  fc.constant(
    new Step('opened', (real, { open }) =>
      open.has(idNow(real)) ? { kind: 'opened', id: idNow(real) } : null,
    ),
  ),
  fc.tuple(fc.nat({ max: 2 }), chance).map(
    ([back, value]) =>
      new Step(`closed ${back} back`, (real) => ({
        kind: 'closed',
        id: idNow(real) - back,
        cause: 'reset',
        chance: value,
      })),
  ),
  fc
    .tuple(
      fc.constantFrom<FeedTopic | null>('migration', 'creation', null),
      fc.constantFrom('acknowledgement' as const, 'frame' as const, 'pong' as const),
      fc.nat({ max: 1 }),
    )
    .map(
      ([topic, what, back]) =>
        new Step(`${what} ${String(topic)} ${back} back`, (real, { acknowledged }) => {
          const proves = what === 'pong' ? null : topic;
          if (back === 0 && real.state.kind === 'subscribing') {
            const proven = proves ?? (what === 'acknowledgement' ? real.state.missing[0] : undefined);
            if (proven) acknowledged.add(proven);
          }
          return { kind: 'heard', id: idNow(real) - back, what, topic: proves };
        }),
    ),
  fc.tuple(fc.nat({ max: 70_000 }), chance).map(
    ([ms, value]) =>
      new Step(`${ms} ms pass`, (_, world) => {
        world.nowMs += ms;
        return { kind: 'tick', chance: value };
      }),
  ),
  chance.map(
    (value) =>
      new Step('until due', (real, world) => {
        world.nowMs = Math.max(world.nowMs, dueOf(real.state, TIMINGS) ?? world.nowMs);
        return { kind: 'tick', chance: value };
      }),
  ),
];
const rarely = fc.constant(new Step('stop', () => ({ kind: 'stop' })));

it('one connection at most, live only with every subscription, every loss tried again in time, silence after the stop', () => {
  fc.assert(
    fc.property(
      fc.commands([...steps, ...steps, ...steps, rarely], { maxCommands: 60, size: 'max' }),
      (commands) => {
        const real = {
          state: { kind: 'idle' } as FeedState,
          world: {
            nowMs: 0,
            open: new Set<number>(),
            subscribed: new Set<number>(),
            acknowledged: new Set<FeedTopic>(),
            stopped: false,
          },
        };
        fc.modelRun(() => ({ model: real, real }), commands);
        if (real.state.kind !== 'waiting') return;
        // A lost connection is followed by the next one, by time alone.
        const { id, untilMs } = real.state;
        real.world.nowMs = Math.max(real.world.nowMs, untilMs);
        feed(real.world, real, { kind: 'tick', chance: 0 });
        expect(real.state).toMatchObject({ kind: 'connecting', id: id + 1 });
      },
    ),
    { numRuns: 500 },
  );
});

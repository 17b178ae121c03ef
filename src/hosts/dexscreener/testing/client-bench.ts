import { FakeClock, createRandom } from '../../../kernel/index.ts';
import { defaultsOf } from '../../../warden/config/index.ts';
import { createDexClient, type DexChange, type DexClient } from '../client.ts';
import { dexSection, type DexSettings } from '../settings.ts';
import { FakeTransport } from './wire.ts';

/** A client of a transport that answers what it is told, on a clock of its own. */
export interface Bench {
  readonly clock: FakeClock;
  readonly transport: FakeTransport;
  readonly client: DexClient;
  readonly changes: DexChange[];
  /** Endpoint, how long it took in ms, and whether it answered. */
  readonly called: [string, number, boolean][];
  /** Runs a call while time passes. */
  run<T>(work: Promise<T>, ms?: number): Promise<T>;
}

export function bench(settings: Partial<DexSettings> = {}): Bench {
  const clock = new FakeClock();
  const transport = new FakeTransport();
  const changes: DexChange[] = [];
  const called: Bench['called'] = [];
  const client = createDexClient({
    transport,
    clock,
    random: createRandom(1),
    settings: { ...defaultsOf(dexSection), ...settings },
    onChange: (change) => changes.push(change),
    onCalled: (...call) => called.push(call),
  });
  return {
    clock,
    transport,
    client,
    changes,
    called,
    async run(work, ms = 20_000) {
      work.catch(() => undefined);
      await clock.advance(ms);
      return work;
    },
  };
}

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
  /** Runs a call while time passes. */
  run<T>(work: Promise<T>, ms?: number): Promise<T>;
}

export function bench(settings: Partial<DexSettings> = {}): Bench {
  const clock = new FakeClock();
  const transport = new FakeTransport();
  const changes: DexChange[] = [];
  const client = createDexClient({
    transport,
    clock,
    random: createRandom(1),
    settings: { ...defaultsOf(dexSection), ...settings },
    onChange: (change) => changes.push(change),
  });
  return {
    clock,
    transport,
    client,
    changes,
    async run(work, ms = 20_000) {
      work.catch(() => undefined);
      await clock.advance(ms);
      return work;
    },
  };
}

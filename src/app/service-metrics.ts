import { createMetrics, toPrometheus } from '../warden/metrics/index.ts';
import { describeError, type Clock, type Logger } from '../kernel/index.ts';
import { sampleName } from '../warden/detection/index.ts';
import { observeDependency, type TurnRecord } from '../warden/index.ts';
import type { DexClient } from '../hosts/dexscreener/index.ts';

/** The metrics of a service. */
export interface ServiceMetrics {
  /** Takes over what a turn of the loop measured. */
  turn(record: Pick<TurnRecord, 'samples'>): void;
  /** All of them, in Prometheus's text format. */
  text(): string;
}

/**
 * One registry for the service: each dependency, and what the loop measures. Signals are one gauge with a label, by the
 * names that rules and the journal have for them: they come and go with the configuration, and an alert can name them.
 */
export function createServiceMetrics(parts: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly dex: Pick<DexClient, 'state' | 'on'>;
}): ServiceMetrics {
  const { clock, log, dex } = parts;
  const metrics = createMetrics({
    clock,
    onOverflow: ({ instrument, maxSeries }) => {
      log.warning('A metric has more series than it may have; the rest is one.', { instrument, maxSeries });
    },
    onReadFailure: ({ instrument, error }) => {
      log.error('A metric could not be read.', { instrument, cause: describeError(error) });
    },
  });
  observeDependency(metrics, { name: dex.state().name, report: dex.state, on: dex.on });
  const signals = metrics.gauge({
    name: 'moonwarden_signal',
    help: 'What the control loop measured in its last turn, by signal; absent while it is not known.',
    labels: ['signal'],
  });
  let known: ReadonlySet<string> = new Set();
  return {
    turn({ samples }) {
      const measured = new Set(samples.map(sampleName));
      // A probe that failed gives no samples: what it measured before is not what is now.
      for (const signal of known) if (!measured.has(signal)) signals.set({ signal }, null);
      for (const sample of samples) signals.set({ signal: sampleName(sample) }, sample.value);
      known = measured;
    },
    text: () => toPrometheus(metrics.collect()),
  };
}

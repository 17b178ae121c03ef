import { createMetrics, toPrometheus } from '../warden/metrics/index.ts';
import { describeError, type Clock, type Logger } from '../kernel/index.ts';
import { sampleName } from '../warden/detection/index.ts';
import { observeDependency, type TurnRecord } from '../warden/index.ts';
import type { ConfigOutcome } from './config/outcome.ts';
import type { DexClient } from '../hosts/dexscreener/index.ts';

/** The metrics of a service. */
export interface ServiceMetrics {
  /** Takes over what a turn of the loop measured. */
  turn(record: Pick<TurnRecord, 'samples'>): void;
  /** Takes note of what became of a configuration. @param at wall-clock time in ms. */
  config(outcome: ConfigOutcome, at: number): void;
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
  const reloads = metrics.counter({
    name: 'moonwarden_config_reloads_total',
    help: 'Configurations that were looked at while the service ran, by what became of them.',
    labels: ['outcome'],
  });
  const lastGood = metrics.gauge({
    name: 'moonwarden_config_last_reload_successful',
    help: 'Whether the configuration that was looked at last is in force: 1, or 0 when it was refused.',
  });
  const lastGoodAt = metrics.gauge({
    name: 'moonwarden_config_last_reload_success_timestamp_seconds',
    help: 'When a configuration was taken last.',
  });
  const hashes = metrics.gauge({
    name: 'moonwarden_config_info',
    help: 'The configuration that was accepted last, by its hash.',
    labels: ['hash'],
  });
  let hash: string | undefined;
  let known: ReadonlySet<string> = new Set();
  let latest: TurnRecord['samples'] = [];
  /** Only when somebody looks: turns come far more often. */
  const takeOver = (): void => {
    const measured = new Set(latest.map(sampleName));
    // A probe that failed gives no samples: what it measured before is not what is now.
    for (const signal of known) if (!measured.has(signal)) signals.set({ signal }, null);
    for (const sample of latest) signals.set({ signal: sampleName(sample) }, sample.value);
    known = measured;
  };
  return {
    turn({ samples }) {
      latest = samples;
    },
    config(outcome, at) {
      reloads.inc({ outcome: outcome.kind });
      lastGood.set(outcome.kind === 'refused' ? 0 : 1);
      if (outcome.kind === 'refused') return;
      lastGoodAt.set(at / 1_000);
      if (hash === outcome.hash) return;
      if (hash !== undefined) hashes.set({ hash }, null);
      ({ hash } = outcome);
      hashes.set({ hash }, 1);
    },
    text() {
      takeOver();
      return toPrometheus(metrics.collect());
    },
  };
}

import type { InterfaceCounters } from './parse-proc.ts';
import { FIRST_INTERVAL, allUnknown, known, type Readings } from './reading.ts';

/** Counters of all interfaces at one moment of the monotonic clock. */
export interface NetworkTotals {
  readonly atMs: number;
  readonly interfaces: ReadonlyMap<string, InterfaceCounters>;
}

const SIGNALS = [
  'network_receive_bytes_per_s',
  'network_transmit_bytes_per_s',
  'network_errors_per_s',
  'network_drops_per_s',
];

/**
 * Throughput and errors since the counters before. An interface that came meanwhile, or whose counters began anew, adds
 * nothing to this interval. Pure.
 */
export function networkReadings(
  before: NetworkTotals | null,
  interfaces: ReadonlyMap<string, InterfaceCounters> | null,
  atMs: number,
  counts: (name: string) => boolean,
): { readonly totals: NetworkTotals | null; readonly readings: Readings } {
  if (interfaces === null)
    return { totals: null, readings: allUnknown(SIGNALS, 'this system does not tell (/proc/net/dev)') };
  const totals = { atMs, interfaces };
  if (before === null || atMs <= before.atMs)
    return { totals, readings: allUnknown(SIGNALS, FIRST_INTERVAL) };
  const seconds = (atMs - before.atMs) / 1_000;
  const rate = (of: (counters: InterfaceCounters) => number): ReturnType<typeof known> => {
    let sum = 0;
    for (const [name, counters] of interfaces) {
      const last = before.interfaces.get(name);
      if (last && counts(name)) sum += Math.max(0, of(counters) - of(last));
    }
    return known(sum / seconds);
  };
  return {
    totals,
    readings: {
      network_receive_bytes_per_s: rate(({ receivedBytes }) => receivedBytes),
      network_transmit_bytes_per_s: rate(({ sentBytes }) => sentBytes),
      network_errors_per_s: rate(({ errors }) => errors),
      network_drops_per_s: rate(({ drops }) => drops),
    },
  };
}

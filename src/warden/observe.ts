import type { PastSample, Sample } from './detection/index.ts';

/**
 * Reads what is known now of one part of the service; the parts keep their own figures, so it answers at once. A probe
 * that throws is reported and measures nothing in this turn: its rules stay as they were, they do not end.
 */
export type Probe = () => readonly Sample[];

/** What is observed, and who is told of what could not be. */
export interface ObservePorts {
  /** What is measured. The application gathers the probes and rules of its hosts (`src/hosts/tokens/rules.ts`). */
  readonly probes: readonly Probe[];
  /** What signals were at this hour of other days, for rules that compare with it. */
  readonly past?: (() => readonly PastSample[]) | undefined;
  readonly onProbeError: (error: unknown) => void;
}

/** What is measured now. What throws, or gives something else than samples, is left out of it. */
export const observe = ({ probes, onProbeError }: ObservePorts): readonly Sample[] =>
  probes.flatMap((probe) => listOf(probe, onProbeError));

/** What is known of other days; nothing where reading it fails. */
export const recall = ({ past, onProbeError }: ObservePorts): readonly PastSample[] =>
  past === undefined ? [] : listOf(past, onProbeError);

function listOf<T extends { readonly signal: string }>(
  read: () => readonly T[],
  onError: ObservePorts['onProbeError'],
): readonly T[] {
  try {
    const list: unknown = read();
    // Probes of users may be plain JavaScript.
    if (!Array.isArray(list)) throw new TypeError(`a probe gave ${typeof list}, not a list of samples`);
    const isSample = (one: unknown): one is T =>
      typeof one === 'object' && one !== null && 'signal' in one && typeof one.signal === 'string';
    const samples = list.filter(isSample);
    if (samples.length < list.length) onError(new TypeError('a probe gave samples without a signal'));
    return samples;
  } catch (error) {
    onError(error);
    return [];
  }
}

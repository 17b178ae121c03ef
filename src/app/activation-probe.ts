import type { Clock } from '../kernel/index.ts';
import type { DexClient } from '../hosts/dexscreener/index.ts';
import { activationSamples, type TokenInsight, type TokenPipeline } from '../hosts/tokens/index.ts';
import type { Sample } from '../warden/detection/index.ts';
import type { Probe } from '../warden/index.ts';

/** It takes a walk over all tokens. */
const EVERY_MS = 15_000;

/** Measures how the activation works out. */
export function createActivationProbe(parts: {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly pipeline: Pick<TokenPipeline, 'status'>;
  readonly insight: Pick<TokenInsight, 'stuckCounts'>;
  readonly dex: Pick<DexClient, 'state'>;
}): Probe {
  const { clock, pipeline, insight, dex } = parts;
  let kept: readonly Sample[] = [];
  let atMs = -Infinity;
  return () => {
    if (clock.monotonic() - atMs >= EVERY_MS) {
      const { activatedPerHour } = pipeline.status();
      kept = activationSamples(insight.stuckCounts(), activatedPerHour, dex.state().reachable === false);
      atMs = clock.monotonic();
    }
    return kept;
  };
}

import fc from 'fast-check';
import { test } from 'vitest';
import { composedSetup, composedSteps } from './testing/composed-steps.ts';
import { ComposedPlay } from './testing/play-composed.ts';
import { propertyRuns } from './testing/property-runs.ts';

const PATIENT_MS = 1_800_000;

test(
  'a call through all policies keeps every promise, whatever comes in whatever order',
  { timeout: PATIENT_MS },
  () =>
    fc.assert(
      fc.asyncProperty(composedSetup, composedSteps, async (setup, steps) => {
        const play = new ComposedPlay(setup);
        for (const step of steps) await play.step(step);
        await play.end();
      }),
      { numRuns: propertyRuns(400) },
    ),
);

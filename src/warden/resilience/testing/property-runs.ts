import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** What MOONWARDEN_PROPERTY_RUNS asks for; 0 when it asks for nothing. */
    propertyRuns: number;
  }
}

/** The tests of everybody's every change have to end soon; what takes its time belongs to the long form. */
const SHORT_FORM = 0.25;

/** How many sequences a property test plays: a part of `usual`, or what MOONWARDEN_PROPERTY_RUNS asks for in the long form. */
export function propertyRuns(usual: number): number {
  const asked = inject('propertyRuns');
  return Number.isInteger(asked) && asked > 0 ? asked : Math.ceil(usual * SHORT_FORM);
}

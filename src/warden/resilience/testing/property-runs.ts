import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** What MOONWARDEN_PROPERTY_RUNS asks for; 0 when it asks for nothing. */
    propertyRuns: number;
  }
}

/** How many sequences a property test plays: `usual`, or what MOONWARDEN_PROPERTY_RUNS asks for in the long form. */
export function propertyRuns(usual: number): number {
  const asked = inject('propertyRuns');
  return Number.isInteger(asked) && asked > 0 ? asked : usual;
}

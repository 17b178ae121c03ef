import { LEVELS } from './level.ts';
import type { Composed } from './compose.ts';
import type { Input, Reading } from './reading.ts';

export const isComposed = (input: Input | Composed): input is Composed => 'holds' in input;

/** 1 while an expression of any level holds, 0 while none does; unknown where neither can be said. */
export function readComposed(composed: Composed | null): Reading {
  if (composed === null) return { value: Number.NaN, memory: null };
  const outcomes = LEVELS.flatMap((level) => {
    const holds = composed.holds[level];
    return holds === undefined ? [] : [holds];
  });
  const isOpen = !outcomes.includes(true) && outcomes.includes(null);
  return { value: isOpen ? Number.NaN : outcomes.includes(true) ? 1 : 0, memory: null };
}

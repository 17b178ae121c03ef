/** A duration for people: `250 ms`, `1.5 s`, `60 s`; the next whole ms or tenth of a second, so that it is never too short. */
export function inWords(ms: number): string {
  return ms < 1_000 ? `${Math.ceil(ms)} ms` : `${Math.ceil(ms / 100) / 10} s`;
}

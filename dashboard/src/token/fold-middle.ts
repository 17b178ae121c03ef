const AT_FIRST = 2;
const AT_LAST = 4;

interface Folded<Each> {
  readonly first: readonly Each[];
  /** How many are left out between. */
  readonly folded: number;
  readonly last: readonly Each[];
}

/** The beginning and the end of a long list; a fold of a single line would save nothing. */
export function foldMiddle<Each>(list: readonly Each[], whole: boolean): Folded<Each> {
  const folded = list.length - AT_FIRST - AT_LAST;
  if (whole || folded < 2) return { first: list, folded: 0, last: [] };
  return { first: list.slice(0, AT_FIRST), folded, last: list.slice(-AT_LAST) };
}

/**
 * Splits a whole number of places among classes. First each gets its floor, as far as it has demand; the rest goes to the
 * classes in their order. What a class does not use is there for the others. Pure.
 */
export function allocate(
  capacity: number,
  demand: readonly number[],
  floors: readonly number[],
): readonly number[] {
  let left = capacity;
  const give = (wanted: number): number => {
    const given = Math.max(0, Math.min(wanted, left));
    left -= given;
    return given;
  };
  const first = demand.map((wanted, index) => give(Math.min(wanted, floors[index] ?? 0)));
  return demand.map((wanted, index) => {
    const own = first[index] ?? 0;
    return own + give(wanted - own);
  });
}

/**
 * What is left of a guaranteed share after a turn: credit that was not used is kept, so that a share of less than one
 * place a turn comes to a place after some turns. A class that was idle may not have saved up more than `most`; one that
 * used more than its share, out of what the others left, is not in debt. Pure.
 */
export function creditLeft(credit: number, used: number, most: number): number {
  return Math.min(most, Math.max(0, credit - used));
}

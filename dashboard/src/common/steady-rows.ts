import { useRef } from 'react';

interface Row {
  readonly mint: string;
}

/** The rows as they lie, with the values as they are now: nothing comes, goes or moves. */
function keepOrder<Each extends Row>(shown: readonly Each[], current: readonly Each[]): readonly Each[] {
  const byMint = new Map(current.map((row) => [row.mint, row]));
  return shown.map((row) => byMint.get(row.mint) ?? row);
}

/** The rows; while `held` they stay where they are, until another `key` says that others were asked for. */
export function useSteadyRows<Each extends Row>(
  rows: readonly Each[],
  held: boolean,
  key: string,
): readonly Each[] {
  const shown = useRef<{ key: string; rows: readonly Each[] }>({ key, rows: [] });
  const holding = held && shown.current.key === key && shown.current.rows.length > 0;
  const steady = holding ? keepOrder(shown.current.rows, rows) : rows;
  shown.current = { key, rows: steady };
  return steady;
}

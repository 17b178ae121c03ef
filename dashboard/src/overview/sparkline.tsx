import type { PointerEvent } from 'react';
import type { Series } from '../../../src/contract/index.ts';
import { useState } from 'react';
import { layOut, nearest } from './sparkline-layout.ts';
import styles from './figures.module.css';

interface Props {
  readonly name: string;
  readonly series: Series;
  readonly limit: number | undefined;
  readonly format: (value: number) => string;
  readonly until: number;
  readonly onPoint: (point: Series[number] | undefined) => void;
}

const WIDTH = 100;
const HEIGHT = 48;

/** The last hour as a line, with the limit dashed. */
export function Sparkline({ name, series, limit, format, until, onPoint }: Props) {
  const [at, setAt] = useState<number | undefined>();
  if (series.length < 2) {
    return <div className={styles.nothing}>{series.length === 0 ? 'No values yet' : 'One value so far'}</div>;
  }
  const { line, area, limitY, x } = layOut(series, limit, until, WIDTH, HEIGHT);
  const move = (event: PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const point = nearest(series, until, (event.clientX - box.left) / box.width);
    setAt(point?.[0]);
    onPoint(point);
  };
  const leave = (): void => {
    setAt(undefined);
    onPoint(undefined);
  };
  const values = series.map(([, value]) => value);
  const label = `${name}, last hour: from ${format(Math.min(...values))} to ${format(Math.max(...values))}, now ${format(values.at(-1) ?? 0)}${limit === undefined ? '' : `; limit ${format(limit)}`}`;
  return (
    <svg
      className={styles.spark}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      onPointerMove={move}
      onPointerLeave={leave}
    >
      <path d={area} className={styles.area} />
      {limitY !== undefined && <path d={`M0 ${limitY}H${WIDTH}`} className={styles.limitLine} />}
      <path d={line} className={styles.line} />
      {at !== undefined && <path d={`M${x(at)} 0V${HEIGHT}`} className={styles.pointer} />}
    </svg>
  );
}

import type uPlot from 'uplot';
import type { ScorePoint } from '../../../src/contract/index.ts';
import { axisStyle, coloursOf, onTheRight, timeLabels } from '../common/plot-style.ts';
import { compact } from '../format.ts';

type Data = uPlot.AlignedData;

export function chartData(points: readonly ScorePoint[]): Data {
  return [
    points.map((point) => point.at / 1_000),
    points.map((point) => point.max),
    points.map((point) => point.min),
    points.map((point) => point.score),
    points.map((point) => point.liquidityUsd),
  ];
}

/** Options in the colours that the page has at the moment. */
export function chartOptions(
  holder: HTMLElement,
  size: { readonly width: number; readonly height: number },
  onPoint: (index: number | null) => void,
  stale: boolean,
): uPlot.Options {
  const colour = coloursOf(holder);
  const hue = stale ? colour('--context') : colour('--hue');
  const axis = axisStyle(holder);
  return {
    ...size,
    padding: [24, 0, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      score: { range: (_, low, high) => around(low, high) },
      liquidity: { range: (_, __, high) => [0, high * 1.4 || 1] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 72, size: 32, values: (_, times) => timeLabels(times) },
      { ...axis, scale: 'score', size: 52, space: 40, values: (_, values) => values.map(short) },
      onTheRight({
        ...axis,
        scale: 'liquidity',
        size: 56,
        space: 56,
        grid: { show: false },
        values: (_, values) => values.map(compact),
      }),
    ],
    series: [
      {},
      { scale: 'score', width: 0, points: { show: false } },
      { scale: 'score', width: 0, points: { show: false } },
      { scale: 'score', stroke: hue, width: 1.75, points: { show: false } },
      { scale: 'liquidity', stroke: colour('--context'), width: 1, points: { show: false } },
    ],
    bands: [{ series: [1, 2], fill: stale ? 'transparent' : colour('--hue-soft') }],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}

/** Some room over and under, so that a quiet score does not look wild. */
function around(low: number, high: number): [number, number] {
  const middle = (low + high) / 2;
  const half = Math.max((high - low) * 0.6, Math.abs(middle) * 0.05, 0.005);
  return [low >= 0 ? Math.max(0, middle - half) : middle - half, middle + half];
}

function short(value: number): string {
  return Math.abs(value) >= 10 ? value.toFixed(0) : String(Number(value.toFixed(3)));
}

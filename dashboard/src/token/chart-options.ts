import type uPlot from 'uplot';
import type { ScorePoint } from '../../../src/contract/index.ts';
import { clockTime, compact } from '../format.ts';

type Data = uPlot.AlignedData;

const DAY_S = 86_400;

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
  const style = getComputedStyle(holder);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const hue = stale ? colour('--context') : colour('--hue');
  const font = `12px ${style.fontFamily}`;
  const axis = {
    stroke: colour('--ink-3'),
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
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

/** uPlot's enum of sides exists in its types alone, so its number is set here. */
function onTheRight(axis: uPlot.Axis): uPlot.Axis {
  return Object.assign({ ...axis }, { side: 1 });
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

/** Times of day, and the date where a day begins or where the labels are days apart. */
function timeLabels(times: readonly number[]): string[] {
  const step = (times[1] ?? 0) - (times[0] ?? 0);
  return times.map((time, index) => {
    const date = new Date(time * 1_000);
    const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
    const before = times[index - 1];
    const newDay = before !== undefined && new Date(before * 1_000).getDate() !== date.getDate();
    return step >= DAY_S || (newDay && date.getHours() === 0) ? day : clockTime(time * 1_000);
  });
}

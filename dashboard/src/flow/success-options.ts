import uPlot from 'uplot';
import type { FlowHour } from '../../../src/contract/index.ts';
import { axisStyle, coloursOf, onTheRight, timeLabels } from '../common/plot-style.ts';
import { compact } from '../format.ts';
import { halvesOf, successOf } from './rates.ts';

const HALF_HOUR_S = 1_800;

/** Per hour, at its middle: checks, the rate of the half it belongs to, and its own rate. */
export function successData(hours: readonly FlowHour[]): uPlot.AlignedData {
  const [older, younger] = halvesOf(hours);
  const means = [successOf(older), successOf(younger)] as const;
  return [
    hours.map((hour) => hour.at / 1_000 + HALF_HOUR_S),
    hours.map((hour) => hour.checked),
    older.map(() => means[0]).concat(younger.map(() => null)),
    older.map((): number | null => null).concat(younger.map(() => means[1])),
    hours.map((hour) => successOf([hour])),
  ];
}

/** Options in the colours that the page has at the moment. */
export function successOptions(
  holder: HTMLElement,
  size: { readonly width: number; readonly height: number },
  onPoint: (index: number | null) => void,
  stale: boolean,
): uPlot.Options {
  const colour = coloursOf(holder);
  const axis = axisStyle(holder);
  const hue = colour(stale ? '--context' : '--hue');
  const mean: uPlot.Series = { scale: 'rate', stroke: colour('--ink-2'), width: 1, points: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.7, 24] });
  return {
    ...size,
    padding: [24, 0, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: (_, index) => dot(index, hue) } },
    scales: {
      // Whole hours, or the first and the last bar would be cut.
      x: { range: (_, first, last) => [first - HALF_HOUR_S, last + HALF_HOUR_S] },
      rate: { range: (_, __, high) => [0, Math.min(1, Math.max(high * 1.25, 0.01))] },
      // The bars keep to the lower half, under the line.
      checked: { range: (_, __, high) => [0, high * 2 || 1] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 72, size: 32, values: (_, times) => timeLabels(times) },
      { ...axis, scale: 'rate', size: 52, space: 40, values: (_, values) => values.map(short) },
      onTheRight({
        ...axis,
        scale: 'checked',
        size: 48,
        space: 56,
        grid: { show: false },
        values: (_, values) => values.map(compact),
      }),
    ],
    series: [
      {},
      {
        scale: 'checked',
        fill: colour('--line-strong'),
        width: 0,
        points: { show: false },
        ...(bars && { paths: bars }),
      },
      mean,
      mean,
      { scale: 'rate', stroke: hue, width: 1.75, points: { size: 4, fill: hue } },
    ],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}

/** Round values of the axis: 5 %, 2.5 %. */
function short(ratio: number): string {
  return `${Number((ratio * 100).toFixed(2))} %`;
}

/** A dot follows the rate alone. */
function dot(series: number, hue: string): HTMLElement {
  const mark = document.createElement('div');
  if (series === 4)
    mark.style.cssText = `width:7px;height:7px;border-radius:50%;background:${hue};margin:-3.5px`;
  return mark;
}

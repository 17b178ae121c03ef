import type uPlot from 'uplot';
import { axisStyle, coloursOf, timeLabels } from '../common/plot-style.ts';
import { DURATION_STEPS, axisLabels } from './axis-labels.ts';
import { bounds } from './chart-data.ts';

interface Look {
  readonly unit: string | null;
  readonly from: number;
  readonly to: number;
  readonly stale: boolean;
  /** How many of the columns are limits. */
  readonly limits: number;
}

/** The mean as a line in the band from lowest to highest, limits dashed, in the colours that the page has at the moment. */
export function historyOptions(
  holder: HTMLElement,
  size: { readonly width: number; readonly height: number },
  onPoint: (index: number | null) => void,
  look: () => Look,
): uPlot.Options {
  const colour = coloursOf(holder);
  const axis = axisStyle(holder);
  const { stale, limits } = look();
  const hue = colour(stale ? '--context' : '--hue');
  const hidden: uPlot.Series = { scale: 'value', width: 0, points: { show: false } };
  return {
    ...size,
    padding: [24, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: (_, index) => dot(index, hue) } },
    scales: {
      // All of the range that was asked for: a service that is young has little of it, and that should show.
      x: { range: () => [look().from / 1_000, look().to / 1_000] },
      value: { range: (_, low, high) => bounds(low, high) },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 72, size: 32, values: (_, times) => timeLabels(times) },
      {
        ...axis,
        scale: 'value',
        size: 72,
        space: 40,
        // A clock does not count by tens.
        ...(look().unit === 's' && { incrs: [...DURATION_STEPS] }),
        values: (_, values) => axisLabels(values, look().unit),
      },
    ],
    series: [
      {},
      hidden,
      hidden,
      // A point between two gaps has no line.
      { scale: 'value', stroke: hue, width: 1.75, points: { size: 4, fill: hue, width: 0 } },
      ...Array.from({ length: limits }, (): uPlot.Series => ({
        scale: 'value',
        stroke: colour('--limit'),
        width: 1.25,
        dash: [5, 4],
        points: { show: false },
      })),
    ],
    bands: [{ series: [1, 2], fill: stale ? 'transparent' : colour('--hue-soft') }],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}

/** A dot follows the mean alone. */
function dot(series: number, hue: string): HTMLElement {
  const mark = document.createElement('div');
  if (series === 3)
    mark.style.cssText = `width:7px;height:7px;border-radius:50%;background:${hue};margin:-3.5px`;
  return mark;
}

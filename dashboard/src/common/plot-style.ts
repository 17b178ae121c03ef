import type uPlot from 'uplot';
import { clockTime } from '../format.ts';

const DAY_S = 86_400;

/** The page's colours at the moment, by the name of their variable. */
export function coloursOf(holder: HTMLElement): (name: string) => string {
  const style = getComputedStyle(holder);
  return (name) => style.getPropertyValue(name).trim();
}

/** What all axes have in common. */
export function axisStyle(holder: HTMLElement): uPlot.Axis {
  const colour = coloursOf(holder);
  return {
    stroke: colour('--ink-3'),
    font: `12px ${getComputedStyle(holder).fontFamily}`,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
}

/** uPlot's enum of sides exists in its types alone, so its number is set here. */
export function onTheRight(axis: uPlot.Axis): uPlot.Axis {
  return Object.assign({ ...axis }, { side: 1 });
}

/** Times of day, and the date where a day begins or where the labels are days apart. Times are in seconds. */
export function timeLabels(times: readonly number[]): string[] {
  const step = (times[1] ?? 0) - (times[0] ?? 0);
  return times.map((time, index) => {
    const date = new Date(time * 1_000);
    const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
    const before = times[index - 1];
    const newDay = before !== undefined && new Date(before * 1_000).getDate() !== date.getDate();
    return step >= DAY_S || (newDay && date.getHours() === 0) ? day : clockTime(time * 1_000, step < 60);
  });
}

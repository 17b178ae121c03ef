// @ts-check
/** `npm run proof:history -- --days 30 [--series 5] [--every 5] [--kills 5]`: prints sizes and one JSON line. */
import { parseArgs } from 'node:util';
import { playHistory } from './history/play.mjs';

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '30' },
    series: { type: 'string', default: '5' },
    every: { type: 'string', default: '5' },
    kills: { type: 'string', default: '5' },
  },
});
const [days, series, every, kills] = [values.days, values.series, values.every, values.kills].map(Number);
if (
  ![days, series, every].every((value) => Number.isInteger(value) && Number(value) > 0) ||
  !Number.isInteger(kills)
) {
  console.error('--days, --series, --every (seconds) and --kills are whole numbers');
  process.exitCode = 2;
} else {
  const result = await playHistory(
    { days: Number(days), series: Number(series), everyMs: 1_000 * Number(every), kills: Number(kills) },
    (text) => console.error(text),
  );
  const { bytesByDay, wrong, ...told } = result;
  console.log(
    JSON.stringify({
      ...told,
      wrong: wrong.length,
      examples: wrong.slice(0, 3),
      megabytes: Number(bytesByDay.at(-1)) / 1e6,
    }),
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

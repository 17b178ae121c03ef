import { paths, signalHistory, signalList } from '../../contract/index.ts';
import { createApiClient, type ServiceAddress } from '../../client/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson, printTable, printText, printable } from '../report.ts';
import {
  figure,
  historyRows,
  labelsText,
  LIST_COLUMNS,
  listRows,
  ROW_COLUMNS,
  sparkline,
  storedText,
} from './signal-text.ts';

interface ShowFlags extends ServiceAddress, JsonFlag {
  readonly last: string;
  readonly step?: string;
  readonly labels?: string;
}

/** As many rows as a screen takes. */
const SHOWN_ROWS = 12;

export const addSignalsCommands: AddCommand = (program) => {
  const signals = program
    .command('signals')
    .description('look at what the running service measures, and at its history');

  withAddress(signals.command('list', { isDefault: true }).description('list what is measured'))
    .addHelpText('after', '\nExamples:\n  moonwarden signals\n  moonwarden signals list --json')
    .action(async (flags: ServiceAddress & JsonFlag) => {
      const list = await createApiClient(flags).call('GET', paths.signals, signalList);
      if (flags.json) {
        printJson(list);
        return;
      }
      printTable(LIST_COLUMNS, listRows(list), [2]);
      print();
      printText(storedText(list));
    });

  withAddress(signals.command('show <name>').description('show the history of one signal'))
    .option('--last <time>', 'how far back, from 1m to 90d', '1h')
    .option('--step <time>', 'length of a row, as 5m; by default the finest that is kept')
    .option('--labels <list>', 'only series with these labels, as endpoint=pairs,outcome=good')
    .addHelpText(
      'after',
      `
Every point is kept for an hour, rows of a minute for 48 h, rows of 15 minutes for 90 days. Times are in UTC.

Examples:
  moonwarden signals show backlog --last 24h --step 5m
  moonwarden signals show quota_used --last 90d --json | jq '.series[0].rows[-1]'`,
    )
    .action(async (name: string, flags: ShowFlags) => {
      const query = new URLSearchParams({ last: flags.last });
      if (flags.step !== undefined) query.set('step', flags.step);
      if (flags.labels !== undefined) query.set('labels', flags.labels);
      const path = `${paths.signal.replace(':name', encodeURIComponent(name))}?${query.toString()}`;
      const history = await createApiClient(flags).call('GET', path, signalHistory);
      if (flags.json) {
        printJson(history);
        return;
      }
      if (history.series.length === 0) print('No series has these labels.');
      const { from, to, unit } = history;
      for (const series of history.series) {
        const { rows, labels } = series;
        print(printable(`${name}  ${labelsText(labels)}`));
        if (rows.length === 0) {
          print('  Nothing was recorded in this time.');
          continue;
        }
        const low = rows.reduce((least, { min }) => Math.min(least, min), Infinity);
        const high = rows.reduce((most, { max }) => Math.max(most, max), -Infinity);
        print(`  ${sparkline(rows, from, to)}  ${figure(low, unit)} to ${figure(high, unit)}`);
        printTable(ROW_COLUMNS, historyRows(series, SHOWN_ROWS), [1, 2, 3, 4, 5]);
        if (rows.length > SHOWN_ROWS) print(`the last ${SHOWN_ROWS} of ${rows.length} rows`);
      }
    });
};

import { systemClock } from '../../kernel/index.ts';
import { databaseReport, paths } from '../../contract/index.ts';
import { createApiClient, type ServiceAddress } from '../../client/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson, printTable, printText } from '../report.ts';
import { databaseSentences, slowLines } from './database-text.ts';
import { PERFORMANCE_COLUMNS, performanceRows } from './performance-text.ts';

export const addDatabaseCommand: AddCommand = (program) => {
  withAddress(
    program
      .command('database')
      .description('show the database: its file, what waits for it, and which statements are slow'),
  )
    .addHelpText(
      'after',
      `
Figures of statements are of the last five minutes; HOUR P95 is of the last hour.
Statements that took over 100 ms come last, with what would make them faster.
Backups are made, looked through and restored by "moonwarden db".

Examples:
  moonwarden database
  moonwarden db backup
  moonwarden database --json | jq '.slow[].advice[].text'`,
    )
    .action(async (flags: ServiceAddress & JsonFlag) => {
      const report = await createApiClient(flags).call('GET', paths.database, databaseReport);
      if (flags.json) {
        printJson(report);
        return;
      }
      const now = systemClock.now();
      for (const sentence of databaseSentences(report, now)) printText(sentence, '', '  ');
      print();
      printTable(
        PERFORMANCE_COLUMNS.slice(1),
        performanceRows(report.statements).map((row) => row.slice(1)),
        [0, 1, 2, 3, 4, 5],
      );
      print();
      if (report.findings.length === 0) print('Nothing is to be seen to.');
      for (const finding of report.findings) printText(finding, '', '  ');
      for (const query of report.slow) {
        print();
        slowLines(query, now).forEach((line, index) => {
          printText(line, index === 0 ? '' : '  ', '    ');
        });
      }
    });
};

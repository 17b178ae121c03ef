import { paths, performanceReport, recommendationList } from '../../contract/index.ts';
import { createApiClient, type ServiceAddress } from '../../client/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson, printTable, printText } from '../report.ts';
import { adviceLines, PERFORMANCE_COLUMNS, performanceRows } from './performance-text.ts';

export const addPerformanceCommand: AddCommand = (program) => {
  withAddress(
    program
      .command('performance')
      .description('show what took how long: API calls, jobs, statements, requests'),
  )
    .option('--advice', 'what would make the service faster or let it carry more')
    .addHelpText(
      'after',
      `
Figures are of the last five minutes; HOUR P95 is of the last hour.

Examples:
  moonwarden performance
  moonwarden performance --advice
  moonwarden performance --json | jq '.items[] | select(.kind == "api")'`,
    )
    .action(async (flags: ServiceAddress & JsonFlag & { readonly advice?: boolean }) => {
      if (flags.advice === true) {
        const list = await createApiClient(flags).call('GET', paths.recommendations, recommendationList);
        if (flags.json) printJson(list);
        else if (list.items.length === 0) print('There is nothing to do: nothing holds the work up.');
        else for (const line of adviceLines(list.items)) printText(line, '', '  ');
        return;
      }
      const report = await createApiClient(flags).call('GET', paths.performance, performanceReport);
      if (flags.json) {
        printJson(report);
        return;
      }
      printTable(PERFORMANCE_COLUMNS, performanceRows(report.items), [1, 2, 3, 4, 5, 6]);
      print();
      if (report.findings.length === 0) print('Nothing has become slower within the hour.');
      for (const finding of report.findings) printText(finding, '', '  ');
    });
};

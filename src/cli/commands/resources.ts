import { systemClock } from '../../kernel/index.ts';
import { paths, resourceReport } from '../../contract/index.ts';
import { createApiClient, type ServiceAddress } from '../../client/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson, printTable, printText } from '../report.ts';
import { RESOURCE_COLUMNS, limitSentences, resourceRows } from './resource-text.ts';

export const addResourcesCommand: AddCommand = (program) => {
  withAddress(
    program
      .command('resources')
      .description('show what the service and its machine use, and which limits hold'),
  )
    .addHelpText(
      'after',
      `
A value that is not known is "-", with the reason beside it.

Examples:
  moonwarden resources
  moonwarden resources --json | jq '.values[] | select(.name == "process_rss_bytes").value'`,
    )
    .action(async (flags: ServiceAddress & JsonFlag) => {
      const report = await createApiClient(flags).call('GET', paths.resources, resourceReport);
      if (flags.json) {
        printJson(report);
        return;
      }
      printTable(RESOURCE_COLUMNS, resourceRows(report.values, systemClock.now()), [1]);
      print();
      for (const sentence of limitSentences(report.limits)) printText(sentence, '', '  ');
    });
};

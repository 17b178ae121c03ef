import { detailedHealth, paths } from '../../contract/index.ts';
import { createApiClient, type ServiceAddress } from '../../client/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson, printTable, printable } from '../report.ts';
import { HEALTH_COLUMNS, healthRows } from './health-text.ts';

export const addHealthCommand: AddCommand = (program) => {
  withAddress(
    program.command('health').description('show how each component of the running service is, and why'),
  )
    .addHelpText(
      'after',
      `
Examples:
  moonwarden health
  moonwarden health --json | jq '.components[] | select(.status != "healthy")'`,
    )
    .action(async (flags: ServiceAddress & JsonFlag) => {
      const report = await createApiClient(flags).call('GET', paths.detailed, detailedHealth);
      if (flags.json) {
        printJson(report);
        return;
      }
      print(printable(report.sentence));
      printTable(HEALTH_COLUMNS, healthRows(report.components));
    });
};

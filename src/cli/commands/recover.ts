import { paths, recoverAnswer, recoveryReport } from '../../contract/index.ts';
import { createApiClient, type ServiceAddress } from '../../client/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson, printTable, printText } from '../report.ts';
import { actionRows, ACTION_COLUMNS, recoveryLines } from './recovery-text.ts';

export const addRecoverCommand: AddCommand = (program) => {
  withAddress(
    program
      .command('recover [action]')
      .description('show how the service heals itself, or begin one of its actions by hand'),
  )
    .addHelpText(
      'after',
      `
Without an action: what runs, what waits and why, what is left of the hour's tries, and what helped so far.
With one: it begins at once, within the same limits and with the same record as by itself.

Examples:
  moonwarden recover
  moonwarden recover reconnect
  moonwarden recover --json | jq '.conditions[] | select(.state == "manual")'`,
    )
    .action(async (action: string | undefined, flags: ServiceAddress & JsonFlag) => {
      const client = createApiClient(flags);
      if (action !== undefined) {
        const begun = await client.call('POST', paths.recover, recoverAnswer, { action });
        if (flags.json) printJson(begun);
        else
          printText(
            `${action} has begun. The journal and the log tell what comes of it, under ${begun.id}.`,
            '',
            '  ',
          );
        return;
      }
      const report = await client.call('GET', paths.recovery, recoveryReport);
      if (flags.json) {
        printJson(report);
        return;
      }
      for (const line of recoveryLines(report)) printText(line, '', '  ');
      print();
      printTable(ACTION_COLUMNS, actionRows(report));
    });
};

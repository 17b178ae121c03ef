import { systemClock } from '../../kernel/index.ts';
import { healthReport, paths } from '../../contract/index.ts';
import { createApiClient, type ServiceAddress } from '../../client/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson, printTable, printText } from '../report.ts';
import {
  DEPENDENCY_COLUMNS,
  dependencyRows,
  dependencyTroubles,
  missingFeatures,
} from './dependency-text.ts';

export const addDependenciesCommand: AddCommand = (program) => {
  withAddress(
    program
      .command('dependencies')
      .description('show how it is with what the service needs, and what is off while it is away'),
  )
    .addHelpText(
      'after',
      `
STATE is that of the breaker: closed, calls are made; open, they are refused for a while; half_open, a few are tried.
QUOTA is what was used in the last minute, of what may be used now.

Examples:
  moonwarden dependencies
  moonwarden dependencies --json | jq '.dependencies[0].quotas'`,
    )
    .action(async (flags: ServiceAddress & JsonFlag) => {
      const report = await createApiClient(flags).call('GET', paths.health, healthReport);
      const { dependencies, features } = report;
      if (flags.json) {
        printJson({ dependencies, features });
        return;
      }
      const now = systemClock.now();
      printTable(DEPENDENCY_COLUMNS, dependencyRows(dependencies, now), [3, 4, 5]);
      const said = [...dependencyTroubles(dependencies, now), ...missingFeatures(features)];
      if (said.length > 0) print();
      for (const sentence of said) printText(sentence, '', '  ');
    });
};

import { systemClock } from '../../kernel/index.ts';
import { healthReport, paths, type HealthStatus } from '../../contract/index.ts';
import { createApiClient, type ServiceAddress } from '../../client/index.ts';
import type { AddCommand } from '../program.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import { print, printJson, printable } from '../report.ts';
import { dependencyTroubles, missingFeatures } from './dependency-text.ts';

/** Exit codes of `status`. */
const EXIT_CODES: Record<HealthStatus, number> = { healthy: 0, degraded: 10, critical: 11, unknown: 12 };

export const addStatusCommand: AddCommand = (program, finish) => {
  withAddress(program.command('status').description('say in one sentence how the running service is'))
    .addHelpText(
      'after',
      `
Exit codes: 0 healthy, 10 degraded, 11 critical, 12 starting, 6 no service answers.

Examples:
  moonwarden status
  moonwarden status --json | jq .status`,
    )
    .action(async (flags: ServiceAddress & JsonFlag) => {
      const report = await createApiClient(flags).call('GET', paths.health, healthReport);
      finish(EXIT_CODES[report.status]);
      if (flags.json) {
        printJson(report);
        return;
      }
      print(printable(report.sentence));
      for (const { reason, nextSteps } of report.conditions) {
        print(`  ${printable(reason)}`);
        for (const step of nextSteps) print(`    - ${printable(step)}`);
      }
      const { dependencies, features } = report;
      const said = [...dependencyTroubles(dependencies, systemClock.now()), ...missingFeatures(features)];
      for (const sentence of said) print(`  ${printable(sentence)}`);
    });
};

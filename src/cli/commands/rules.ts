import { MoonwardenError } from '../../kernel/index.ts';
import { paths, ruleList } from '../../contract/index.ts';
import { createApiClient, type ServiceAddress } from '../../client/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson, printTable, printText } from '../report.ts';
import { ruleDetails, RULE_COLUMNS, ruleRows, ruleTroubles } from './rule-text.ts';

export const addRulesCommand: AddCommand = (program) => {
  withAddress(
    program
      .command('rules [name]')
      .description('show the rules by which the service judges itself, and how each of them stands'),
  )
    .option('--troubles', 'only rules that are not well')
    .addHelpText(
      'after',
      `
With a name: the numbers of one rule, and each of its series. Rules are changed and added in the configuration.

Examples:
  moonwarden rules --troubles
  moonwarden rules data.stale
  moonwarden rules --json | jq '.items[] | select(.verdict != "well") | .reason'`,
    )
    .action(
      async (
        name: string | undefined,
        flags: ServiceAddress & JsonFlag & { readonly troubles?: boolean },
      ) => {
        const list = await createApiClient(flags).call('GET', paths.rules, ruleList);
        const items = list.items.filter(
          (rule) =>
            (name === undefined || rule.name === name) &&
            (flags.troubles !== true || rule.verdict !== 'well'),
        );
        if (name !== undefined && !list.items.some((rule) => rule.name === name))
          throw new MoonwardenError(
            'NOT_FOUND',
            `there is no rule named "${name}"; \`moonwarden rules\` lists them`,
          );
        if (flags.json) {
          printJson({ ...list, items });
          return;
        }
        if (name !== undefined) {
          for (const rule of items) for (const line of ruleDetails(rule, list.at)) printText(line, '', '  ');
          return;
        }
        if (items.length === 0) print('All is well, by every rule.');
        else printTable(RULE_COLUMNS, ruleRows(items));
        const troubles = ruleTroubles(items);
        if (troubles.length > 0) print();
        for (const line of troubles) printText(line, '', '  ');
      },
    );
};

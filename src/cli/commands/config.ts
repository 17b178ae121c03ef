import type { Command } from 'commander';
import { createApiClient, dataFolder, type ServiceAddress } from '../../client/index.ts';
import { configReport, configResult, paths, type ConfigBody } from '../../contract/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson, printTable, printText, printable } from '../report.ts';
import {
  RUNNING_COLUMNS,
  changeSentences,
  configSentences,
  runningRows,
  typedValue,
  valueText,
} from './config-text.ts';

type Flags = ServiceAddress & JsonFlag;

interface ShowFlags extends Flags {
  readonly config?: string;
  readonly running?: true;
}

interface ChangeFlags extends Flags {
  readonly why?: string;
}

export const addConfigCommands: AddCommand = (program) => {
  const config = program.command('config').description('check, show and change the configuration');

  config
    .command('check [file]')
    .description('say whether the configuration is valid, and if not, each fault with its path')
    .option('--json', 'print JSON for machines')
    .addHelpText('after', '\nExamples:\n  moonwarden config check\n  moonwarden config check new.json')
    .action(async (file: string | undefined, flags: JsonFlag) => {
      const { loadSettings } = await import('../../app/index.ts');
      const { loaded, file: used } = loadSettings({ file });
      if (flags.json) printJson({ valid: true, file: used, hash: loaded.hash, warnings: loaded.warnings });
      else {
        print(`The configuration is valid (${used ?? 'defaults, no file'}; ${loaded.hash}).`);
        for (const warning of loaded.warnings) print(`  ${warning}`);
      }
    });

  withAddress(config.command('show').description('print each setting with its value and where it comes from'))
    .option('--config <file>', 'configuration (default MOONWARDEN_CONFIG or config/monitoring.json)')
    .option(
      '--running',
      'ask the running service instead: also what acts now, and what waits for the next start',
    )
    .addHelpText(
      'after',
      `
Examples:
  MOONWARDEN_TOKENS_HOT_INTERVAL=5s moonwarden config show
  moonwarden config show --running --json | jq '.items[] | select(.source == "run time")'`,
    )
    .action(async (flags: ShowFlags) => {
      await (flags.running ? showRunning(flags) : showOffline(flags));
    });

  addChanges(config);

  config
    .command('schema')
    .description('print the JSON schema of the configuration file, for editors')
    .addHelpText('after', '\nExample:\n  moonwarden config schema > monitoring.schema.json')
    .action(async () => {
      const { SECTIONS, configJsonSchema } = await import('../../app/index.ts');
      printJson(configJsonSchema(SECTIONS));
    });
};

async function showOffline(flags: ShowFlags): Promise<void> {
  const { openConfig } = await import('../../app/index.ts');
  const { loaded, refused } = openConfig({ file: flags.config }, dataFolder(flags.data));
  if (flags.json) {
    printJson(
      loaded.values.map(({ section, key, written, source, about }) => ({
        path: `${section}.${key}`,
        value: written,
        source,
        about,
      })),
    );
    return;
  }
  printTable(
    ['SETTING', 'VALUE', 'FROM'],
    loaded.values.map(({ section, key, written, source }) => [
      `${section}.${key}`,
      valueText(written),
      source,
    ]),
  );
  if (refused)
    printText(`The file is not valid (${refused.reason}); this is the last configuration that was in force.`);
}

async function showRunning(flags: ShowFlags): Promise<void> {
  const report = await createApiClient(flags).call('GET', paths.adminConfig, configReport);
  if (flags.json) {
    printJson(report);
    return;
  }
  for (const sentence of configSentences(report)) printText(sentence, '', '  ');
  print();
  printTable(RUNNING_COLUMNS, runningRows(report));
}

const WHY = ['--why <text>', 'why, for the journal'] as const;

function addChanges(config: Command): void {
  withAddress(config.command('set <key> <value>').description('set a value over that of the file'))
    .option(...WHY)
    .addHelpText(
      'after',
      `
It holds until it is reverted, also after a restart. Lists and maps are JSON.

Examples:
  moonwarden config set log.level debug
  moonwarden config set tokens.check_interval 30s --why "the quota is small today"
  moonwarden config set rules.override '{"store.failing": {"off": true}}'`,
    )
    .action(async (key: string, value: string, { why, ...flags }: ChangeFlags) => {
      await change(flags, { set: { [key]: typedValue(value) }, why });
    });

  withAddress(
    config
      .command('revert [key]')
      .description('take back what was set at run time: one value, or all of them'),
  )
    .option(...WHY)
    .addHelpText('after', '\nExamples:\n  moonwarden config revert log.level\n  moonwarden config revert')
    .action(async (key: string | undefined, { why, ...flags }: ChangeFlags) => {
      await change(flags, { revert: key === undefined ? 'all' : [key], why });
    });
}

async function change(flags: Flags, body: ConfigBody): Promise<void> {
  const result = await createApiClient(flags).call('POST', paths.adminConfig, configResult, body);
  if (flags.json) printJson(result);
  else for (const line of changeSentences(result)) print(printable(line));
}

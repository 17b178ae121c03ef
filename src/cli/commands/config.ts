import type { JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson, printTable } from '../report.ts';

interface ConfigFlags extends JsonFlag {
  readonly config?: string;
}

export const addConfigCommands: AddCommand = (program) => {
  const config = program.command('config').description('check and show the configuration');

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

  config
    .command('show')
    .description('print each setting with its value and where it comes from')
    .option('--config <file>', 'configuration (default MOONWARDEN_CONFIG or config/monitoring.json)')
    .option('--json', 'print JSON for machines')
    .addHelpText('after', '\nExample:\n  MOONWARDEN_TOKENS_HOT_INTERVAL=5s moonwarden config show')
    .action(async (flags: ConfigFlags) => {
      const { loadSettings } = await import('../../app/index.ts');
      const { values } = loadSettings({ file: flags.config }).loaded;
      if (flags.json) {
        printJson(
          values.map(({ section, key, written, source, about }) => ({
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
        values.map(({ section, key, written, source }) => [
          `${section}.${key}`,
          written === null ? '-' : typeof written === 'string' ? written : JSON.stringify(written),
          source,
        ]),
      );
    });

  config
    .command('schema')
    .description('print the JSON schema of the configuration file, for editors')
    .addHelpText('after', '\nExample:\n  moonwarden config schema > monitoring.schema.json')
    .action(async () => {
      const { SECTIONS, configJsonSchema } = await import('../../app/index.ts');
      printJson(configJsonSchema(SECTIONS));
    });
};

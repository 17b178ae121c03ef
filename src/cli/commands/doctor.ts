import pc from 'picocolors';
import { dataFolder } from '../../client/index.ts';
import type { JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson } from '../report.ts';

interface DoctorFlags extends JsonFlag {
  readonly config?: string;
  readonly data?: string;
}

export const addDoctorCommand: AddCommand = (program, finish) => {
  program
    .command('doctor')
    .description('check this machine: Node, folder, disk, clock, port, configuration, database, network')
    .option('--config <file>', 'configuration (default MOONWARDEN_CONFIG or config/monitoring.json)')
    .option('--data <folder>', 'data folder (default MOONWARDEN_DATA or ./data)')
    .option('--json', 'print JSON for machines')
    .addHelpText(
      'after',
      '\nExit code 1 when a check failed; warnings alone give 0.\n\nExample:\n  moonwarden doctor --data /var/lib/moonwarden',
    )
    .action(async (flags: DoctorFlags) => {
      const { examine } = await import('../../app/index.ts');
      const findings = await examine({ file: flags.config }, dataFolder(flags.data));
      finish(findings.some(({ result }) => result === 'failed') ? 1 : 0);
      if (flags.json) {
        printJson({ findings });
        return;
      }
      const marks = { ok: pc.green('ok     '), warning: pc.yellow('warning'), failed: pc.red('FAILED ') };
      for (const { check, result, detail, todo } of findings) {
        print(`${marks[result]} ${check.padEnd(12)} ${detail}`);
        if (todo !== '') print(`        ${' '.repeat(12)} ${todo}`);
      }
    });
};

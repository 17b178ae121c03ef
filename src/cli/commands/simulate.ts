import { MoonwardenError } from '../../kernel/index.ts';
import type { JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson } from '../report.ts';

interface SimulateFlags extends JsonFlag {
  readonly seed: string;
  readonly days: string;
  readonly tokens: string;
  readonly journal?: string;
}

export const addSimulateCommand: AddCommand = (program) => {
  program
    .command('simulate')
    .description('run the whole service under virtual time over a simulated market')
    .option('--seed <n>', 'the same seed gives the same run', '7')
    .option('--days <n>', 'virtual days', '2')
    .option('--tokens <n>', 'tokens of the market', '60')
    .option('--journal <file>', 'write the journal, one JSON entry a line')
    .option('--json', 'print JSON for machines')
    .addHelpText('after', '\nExample:\n  moonwarden simulate --days 2 --seed 7 --journal run.jsonl')
    .action(async (flags: SimulateFlags) => {
      const { simulate } = await import('../../app/index.ts');
      const report = await simulate({
        seed: amount('--seed', flags.seed, 0, 999_999_999),
        days: amount('--days', flags.days, 0.001, 3_650),
        tokens: amount('--tokens', flags.tokens, 1, 100_000),
        journalFile: flags.journal,
      });
      if (flags.json) {
        printJson(report);
        return;
      }
      const { monitoring, active, archived } = report.counts;
      print(
        `${report.days} virtual days with seed ${report.seed}: ${monitoring} tokens in monitoring, ${active} active, ${archived} archived; ${report.status} at the end.`,
      );
      print(`${report.journalEntries} journal entries, SHA-256 ${report.journalHash}`);
      for (const [type, count] of Object.entries(report.entriesByType)) print(`  ${count} ${type}`);
    });
};

function amount(flag: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max) return value;
  throw new MoonwardenError(
    'USAGE',
    `${flag} takes a number between ${min} and ${max}, not ${JSON.stringify(text)}`,
  );
}

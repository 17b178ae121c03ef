import type { ParseReport } from '../../app/index.ts';
import type { JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson, printTable, printable } from '../report.ts';

export const addDexCommands: AddCommand = (program) => {
  program
    .command('dex')
    .description('work with answers of DexScreener')
    .command('parse <file...>')
    .description('tell what of saved answers can be used, what is dropped and why')
    .option('--json', 'print JSON for machines')
    .addHelpText(
      'after',
      '\nA folder stands for its JSON files.\n\nExamples:\n  moonwarden dex parse answer.json\n  moonwarden dex parse recordings/ --json',
    )
    .action(async (files: string[], flags: JsonFlag) => {
      const { parseAnswers } = await import('../../app/index.ts');
      const report = parseAnswers(files);
      if (flags.json) printJson(report);
      else show(report);
    });
};

function show(report: ParseReport): void {
  printTable(
    ['FILE', 'KIND', 'ITEMS', 'KEPT', 'DROPPED'],
    report.files.map(({ file, kind, items, kept, dropped, problem }) => [
      file,
      kind,
      String(items),
      String(kept),
      problem ?? reasons(dropped),
    ]),
    [2, 3],
  );
  const { pairs, listings } = report;
  print();
  print(
    `${report.items} items: ${pairs.kept} pairs and ${listings.kept} listed tokens kept, ${report.items - report.kept} dropped.`,
  );
  for (const [reason, count] of Object.entries(report.droppedByReason)) print(`  ${count} ${reason}`);
  print(
    `Kept are the pairs on Solana that could be read: ${pairs.distinct} different ones, of ${pairs.tokens} tokens that can be scored.`,
  );
  print(
    `  ${pairs.withoutLiquidity} without liquidity, ${pairs.withoutPriceUsd} without price, ${pairs.withoutPriceChange5m} without a price change in 5 min;`,
  );
  print(`  ${pairs.baseNotScored} of a quote currency or stablecoin.`);
  for (const { file, dropped } of report.files) {
    for (const { reason, detail } of dropped) print(`  dropped ${file}: ${reason}: ${printable(detail)}`);
  }
}

function reasons(dropped: ParseReport['files'][number]['dropped']): string {
  const counts = new Map<string, number>();
  for (const { reason } of dropped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts.size === 0 ? '-' : [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
}

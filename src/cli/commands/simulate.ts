import { MoonwardenError } from '../../kernel/index.ts';
import type { JsonFlag } from '../address.ts';
import type { AddCommand } from '../program.ts';
import { print, printJson } from '../report.ts';
import { isProven, printProof, proveLife } from './simulate-verify.ts';

interface SimulateFlags extends JsonFlag {
  readonly seed?: string;
  readonly days?: string;
  readonly tokens?: string;
  readonly journal?: string;
  readonly world?: string;
  readonly expect?: string;
  readonly verify?: boolean;
}

const DEFAULTS = { seed: '7', days: '2', tokens: '60' } as const;
/** What is said of a simulated market has no meaning in a world written by hand. */
const OF_THE_MARKET = ['seed', 'days', 'tokens', 'journal', 'verify'] as const;

export const addSimulateCommand: AddCommand = (program, finish) => {
  program
    .command('simulate')
    .description(
      'run the whole service under virtual time over a simulated market, or a world written by hand',
    )
    .option('--seed <n>', `the same seed gives the same run (default: ${DEFAULTS.seed})`)
    .option('--days <n>', `virtual days (default: ${DEFAULTS.days})`)
    .option('--tokens <n>', `tokens of the market (default: ${DEFAULTS.tokens})`)
    .option('--journal <file>', 'write the journal, one JSON entry a line')
    .option(
      '--verify',
      'hold the status of each token to the truth of the market; ends with 1 when they disagree',
    )
    .option('--world <file>', 'play this world instead; needs --expect')
    .option('--expect <file>', 'what must come out of the world; ends with 1 when it does not')
    .option('--json', 'print JSON for machines')
    .addHelpText(
      'after',
      '\nExamples:\n  moonwarden simulate --days 2 --seed 7 --journal run.jsonl\n  moonwarden simulate --days 10 --tokens 2000 --verify\n  moonwarden simulate --world a.world.json --expect a.expect.json',
    )
    .action(async (flags: SimulateFlags) => {
      if (flags.world !== undefined || flags.expect !== undefined) {
        finish(await playWorld(flags));
        return;
      }
      const size = {
        seed: whole('--seed', flags.seed ?? DEFAULTS.seed, 0, 999_999_999),
        days: amount('--days', flags.days ?? DEFAULTS.days, 0.001, 3_650),
        tokens: whole('--tokens', flags.tokens ?? DEFAULTS.tokens, 1, 100_000),
      };
      if (flags.verify) {
        if (flags.journal !== undefined)
          throw new MoonwardenError('USAGE', '--verify writes no journal: leave out --journal');
        const proof = await proveLife(size);
        if (flags.json) printJson(proof);
        else printProof(proof);
        finish(isProven(proof) ? 0 : 1);
        return;
      }
      const { simulate } = await import('../../app/index.ts');
      const report = await simulate({ ...size, journalFile: flags.journal });
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

/** Gives the exit code: 1 when an expectation failed. */
async function playWorld(flags: SimulateFlags): Promise<number> {
  const { world, expect, json } = flags;
  if (world === undefined || expect === undefined)
    throw new MoonwardenError('USAGE', '--world and --expect belong together');
  const needless = OF_THE_MARKET.find((name) => flags[name] !== undefined);
  if (needless !== undefined)
    throw new MoonwardenError(
      'USAGE',
      `--${needless} has no meaning with --world, which says everything itself`,
    );
  const { simulateWorld } = await import('../../app/index.ts');
  const report = await simulateWorld(world, expect);
  if (json) printJson(report);
  else {
    print(report.about);
    for (const { expectation, passed, seen } of report.verdicts) {
      print(`${passed ? 'passed' : 'FAILED'}  ${expectation}`);
      if (!passed) print(`        seen: ${seen}`);
    }
    print(`${report.passed} passed, ${report.failed} failed.`);
  }
  return report.failed === 0 ? 0 : 1;
}

function whole(flag: string, text: string, min: number, max: number): number {
  const value = amount(flag, text, min, max);
  if (Number.isInteger(value)) return value;
  throw new MoonwardenError('USAGE', `${flag} takes a whole number, not ${JSON.stringify(text)}`);
}

function amount(flag: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max) return value;
  throw new MoonwardenError(
    'USAGE',
    `${flag} takes a number between ${min} and ${max}, not ${JSON.stringify(text)}`,
  );
}

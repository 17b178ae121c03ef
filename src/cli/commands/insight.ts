import type { Command } from 'commander';
import { systemClock } from '../../kernel/index.ts';
import {
  failedList,
  flowReport,
  marketsExport,
  paths,
  refreshResult,
  releaseResult,
  stuckList,
  tokenStory,
  workReport,
} from '../../contract/index.ts';
import { createApiClient, type ServiceAddress } from '../../client/index.ts';
import { withAddress, type JsonFlag } from '../address.ts';
import { print, printJson, printTable, printText, printable } from '../report.ts';
import { LAG_COLUMNS, STAGE_COLUMNS, lagRows, stageRows, workSentences } from './work-text.ts';
import { showActivationReport, showFailed, showFlow, showStory, showStuck } from './insight-text.ts';

type Flags = ServiceAddress & JsonFlag;

/** The commands that say why tokens are where they are. */
export function addInsightCommands(tokens: Command): void {
  withAddress(
    tokens
      .command('work')
      .description('show where the work on tokens waits, how late it is, and what holds it up'),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  moonwarden tokens work\n  moonwarden tokens work --json | jq .bottleneck',
    )
    .action(async (flags: Flags) => {
      const report = await createApiClient(flags).call('GET', paths.work, workReport);
      if (flags.json) {
        printJson(report);
        return;
      }
      for (const line of workSentences(report)) printText(line);
      print();
      printTable(STAGE_COLUMNS, stageRows(report), [2, 3, 4, 5]);
      print();
      printTable(LAG_COLUMNS, lagRows(report), [2, 3, 4]);
    });

  withAddress(
    tokens
      .command('explain <mint>')
      .description('tell the whole story of a token: why it is where it is, and what would change that'),
  )
    .addHelpText(
      'after',
      '\nExample:\n  moonwarden tokens explain DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263',
    )
    .action(async (mint: string, flags: Flags) => {
      const path = paths.tokenStory.replace(':mint', encodeURIComponent(mint));
      const story = await createApiClient(flags).call('GET', path, tokenStory);
      if (flags.json) printJson(story);
      else showStory(story, systemClock.now());
    });

  withAddress(
    tokens
      .command('refresh <mint>')
      .description('have a token read at once, and tell what that brought and where it is from'),
  )
    .addHelpText(
      'after',
      '\nExample:\n  moonwarden tokens refresh DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263',
    )
    .action(async (mint: string, flags: Flags) => {
      const path = paths.tokenRefresh.replace(':mint', encodeURIComponent(mint));
      const result = await createApiClient(flags).call('POST', path, refreshResult, {});
      if (flags.json) printJson(result);
      else print(printable(result.sentence));
    });

  withAddress(
    tokens
      .command('stuck')
      .description('list tokens in monitoring for over 3 min, with whose fault it is; ours first'),
  )
    .option('--limit <n>', 'how many, at most 500', '20')
    .addHelpText('after', '\nExample:\n  moonwarden tokens stuck --limit 5')
    .action(async (flags: Flags & LimitFlag) => {
      const list = await createApiClient(flags).call('GET', limited(paths.flowStuck, flags), stuckList);
      if (flags.json) printJson(list);
      else showStuck(list);
    });

  withAddress(
    tokens.command('failed').description('list tokens whose last activation check failed, newest first'),
  )
    .option('--limit <n>', 'how many, at most 500', '20')
    .addHelpText('after', '\nExample:\n  moonwarden tokens failed --limit 5')
    .action(async (flags: Flags & LimitFlag) => {
      const list = await createApiClient(flags).call('GET', limited(paths.flowFailed, flags), failedList);
      if (flags.json) printJson(list);
      else showFailed(list, systemClock.now());
    });

  withAddress(
    tokens.command('flow').description('show how tokens go from discovered to archived, hour by hour'),
  )
    .option('--hours <n>', 'how many hours to look back, at most 168', '24')
    .addHelpText('after', '\nExample:\n  moonwarden tokens flow --hours 6')
    .action(async (flags: Flags & HoursFlag) => {
      const report = await createApiClient(flags).call('GET', overHours(flags), flowReport);
      if (flags.json) printJson(report);
      else showFlow(report);
    });

  withAddress(
    tokens
      .command('activation')
      .description('activation as a whole')
      .command('report')
      .description('statistics, the commonest failed step, and what another limit would have done'),
  )
    .option('--hours <n>', 'how many hours to look back, at most 168', '24')
    .addHelpText('after', '\nExample:\n  moonwarden tokens activation report --hours 48')
    .action(async (flags: Flags & HoursFlag) => {
      const report = await createApiClient(flags).call('GET', overHours(flags), flowReport);
      if (flags.json) printJson(report);
      else showActivationReport(report);
    });

  withAddress(
    tokens
      .command('release')
      .description('let the moves go that wait because too many tokens would move at once'),
  )
    .requiredOption('--reason <text>', 'why, for the journal')
    .addHelpText('after', '\nExample:\n  moonwarden tokens release --reason "the market really fell"')
    .action(async ({ reason, ...flags }: Flags & { readonly reason: string }) => {
      const result = await createApiClient(flags).call('POST', paths.flowRelease, releaseResult, { reason });
      if (flags.json) printJson(result);
      else if (result.released === 0) print('No move was waiting.');
      else print(`${result.released} ${result.released === 1 ? 'move is' : 'moves are'} let go.`);
    });

  withAddress(
    tokens
      .command('export [file]')
      .description('write the best active tokens with their pools as JSON, to a file or standard output'),
  )
    .option('--top <n>', 'how many tokens, at most 100 (default: export.top of the service)')
    .option('--min-score <score>', 'lowest smoothed score (default: that of the service)')
    .addHelpText(
      'after',
      '\nExamples:\n  moonwarden tokens export --top 10\n  moonwarden tokens export markets.json',
    )
    .action(async (file: string | undefined, flags: Flags & ExportFlags) => {
      const query = new URLSearchParams();
      if (flags.top !== undefined) query.set('top', flags.top);
      if (flags.minScore !== undefined) query.set('minScore', flags.minScore);
      const path = `${paths.exportMarkets}?${query.toString()}`;
      const markets = await createApiClient(flags).call('GET', path, marketsExport);
      if (file === undefined || file === '-') {
        printJson(markets);
        return;
      }
      const { writeExport } = await import('../../app/index.ts');
      await writeExport(file, markets);
      const { total, tokens: written } = markets;
      if (flags.json) printJson({ file, tokens: written.length, total });
      else print(`${written.length} of ${total} tokens written to ${file}.`);
    });
}

interface LimitFlag {
  readonly limit: string;
}

interface HoursFlag {
  readonly hours: string;
}

interface ExportFlags {
  readonly top?: string;
  readonly minScore?: string;
}

const limited = (path: string, { limit }: LimitFlag): string =>
  `${path}?${new URLSearchParams({ limit }).toString()}`;

const overHours = ({ hours }: HoursFlag): string =>
  `${paths.flow}?${new URLSearchParams({ hours }).toString()}`;

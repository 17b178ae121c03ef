import type {
  FailedList,
  FlowHour,
  FlowReport,
  PoolVerification,
  Spread,
  StuckList,
  TokenStory,
} from '../../contract/index.ts';
import { ago, lengthOf, print, printTable, printText, printable } from '../report.ts';

const percent = (share: number | null): string => (share === null ? '-' : `${Math.round(share * 100)} %`);

const clockTime = (at: number): string => new Date(at).toISOString().slice(5, 19).replace('T', ' ');

const dueIn = (at: number, now: number): string => (at <= now ? 'due now' : `in ${lengthOf(at - now)}`);

export function showStory(story: TokenStory, now: number): void {
  print(`${printable(story.symbol ?? '(no symbol)')}  ${story.status}, ${story.group}`);
  print(story.mint);
  print();
  printText(story.sentence);
  if (story.wouldChange.length > 0) {
    print();
    print('What would change that:');
    for (const sentence of story.wouldChange) printText(`- ${sentence}`, '  ', '    ');
  }
  if (story.check !== null) {
    print();
    print(`Activation check, ${ago(story.check.at, now)}:`);
    for (const { passed, name, reason } of story.check.steps)
      printText(`${passed ? 'ok  ' : 'FAIL'} ${name}: ${reason}`, '  ', '       ');
    for (const { dex, pairAddress, counts, reason } of story.check.pools)
      printText(
        `${counts === 'no' ? 'not counted' : counts}: ${dex} ${pairAddress}: ${reason}`,
        '    ',
        '      ',
      );
  }
  showVerification(story.verification, now);
  print();
  print('What happened (UTC):');
  for (const { at, reason } of story.events) printText(`${clockTime(at)}  ${reason}`, '  ', ' '.repeat(18));
  if (story.nextCheckAt !== null) {
    print();
    print(`Next check ${dueIn(story.nextCheckAt, now)}.`);
  }
}

function showVerification(verification: PoolVerification | null, now: number): void {
  if (verification === null) return;
  print();
  printText(`By the other endpoint, ${ago(verification.at, now)}: ${verification.sentence}`);
}

export function showStuck({ notEligible, ours, items }: StuckList): void {
  print(`${ours} stuck by a fault of the service, ${notEligible} not eligible yet.`);
  for (const { mint, symbol, kind, fault, sentence } of items) {
    print();
    print(`${mint}  ${printable(symbol ?? '-').slice(0, 12)}${kind === 'ours' ? `  OURS: ${fault}` : ''}`);
    printText(sentence, '  ');
  }
  showRest(items.length, notEligible + ours);
}

export function showFailed({ items }: FailedList, now: number): void {
  if (items.length === 0) print('No token in monitoring failed its last check.');
  for (const { mint, symbol, at, steps, verification } of items) {
    print(`${mint}  ${printable(symbol ?? '-').slice(0, 12)}  checked ${ago(at, now)}`);
    for (const { passed, name, reason } of steps) if (!passed) printText(`${name}: ${reason}`, '  ');
    if (verification !== null) printText(`by the other endpoint: ${verification.sentence}`, '  ');
  }
}

function showRest(shown: number, total: number): void {
  if (total > shown) print(`\n${shown} of ${total}; --limit shows more.`);
}

export function showFlow(report: FlowReport): void {
  showNow(report);
  showSpreads(report);
  const rows = report.byHour.filter((hour) => COLUMNS.some((column) => hour[column] > 0));
  print();
  if (rows.length === 0) {
    print('Nothing has happened in these hours.');
    return;
  }
  printTable(
    ['HOUR (UTC)', 'FOUND', 'ACTIVATED', 'DEMOTED', 'ARCHIVED', 'RETURNED', 'CHECKED', 'PASSED'],
    rows.map((hour) => [clockTime(hour.at).slice(0, 11), ...COLUMNS.map((column) => String(hour[column]))]),
    [1, 2, 3, 4, 5, 6, 7],
  );
}

const COLUMNS = [
  'discovered',
  'activated',
  'demoted',
  'archived',
  'returned',
  'checked',
  'passed',
] as const satisfies readonly (keyof FlowHour)[];

function showNow({ hours, now, successRate, successTrend }: FlowReport): void {
  print(
    `now          ${now.monitoring} in monitoring (${now.unread} not read yet), ${now.active} active, ${now.archived} archived`,
  );
  print(`stuck        ${now.stuckOurs} by a fault of the service, ${now.stuckNotEligible} not eligible yet`);
  const points = successTrend === null ? 0 : Math.round(successTrend * 100);
  const trend = successTrend === null ? '' : ` (trend ${points < 0 ? '' : '+'}${points} points)`;
  print(
    successRate === null
      ? `success      no token in monitoring was checked in ${hours} h`
      : `success      ${percent(successRate)} of tokens checked in ${hours} h met the condition${trend}`,
  );
}

function showSpreads({ timeToActivation, dwell, accuracy }: FlowReport): void {
  const line = (what: string, { count, medianMs, p95Ms }: Spread): void => {
    const text =
      count === 0 ? '-' : `median ${lengthOf(medianMs)}, 95 % within ${lengthOf(p95Ms)} (${count})`;
    print(`${what.padEnd(12)} ${text}`);
  };
  line('to active', timeToActivation);
  line('monitoring', dwell.monitoring);
  line('active', dwell.active);
  line('archived', dwell.archived);
  if (accuracy.compared > 0)
    print(`accuracy     ${percent(accuracy.share)} of ${accuracy.compared} scores within 5 % of a full read`);
}

export function showActivationReport(report: FlowReport): void {
  showNow(report);
  showSpreads({ ...report, accuracy: { share: null, compared: 0 } });
  if (report.failures.length > 0) {
    print();
    printTable(
      ['FAILED STEP', 'TOKENS', 'SHARE'],
      report.failures.map(({ step, count, share }) => [step, String(count), percent(share)]),
      [1, 2],
    );
  }
  if (report.whatIf.some(({ more }) => more !== 0)) {
    print();
    printTable(
      ['LIMIT (USD)', 'ACTIVATED', 'OF WHICH KEPT'],
      report.whatIf.map(({ minLiquidityUsd, more, kept }) => [
        String(minLiquidityUsd),
        more > 0 ? `${more} more` : more < 0 ? `${-more} fewer` : 'the same',
        more === 0 ? '-' : String(kept),
      ]),
      [0, 1, 2],
    );
  }
  print();
  printText(report.recommendation);
}

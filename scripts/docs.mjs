// @ts-check
/**
 * `npm run docs`: writes the pages and the schema that follow from the code. A test holds the committed files to it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import prettier from 'prettier';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** A room of the built program. @param {string} room */
const built = (room) => import(new URL(`../dist/${room}/index.js`, import.meta.url).href);

/** The generated files by path. Reads the built program. @returns {Promise<Record<string, string>>} */
export async function renderDocs() {
  const {
    SECTIONS,
    SERVICE_SIGNALS,
    WORK_SIGNALS,
    configJsonSchema,
    defaultActionPlans,
    defaultRuleRows,
    retentionRows,
  } = await built('app');
  const { ERROR_CODES } = await built('kernel');
  const { RESOURCE_SIGNALS } = await built('warden/metrics');
  const style = { ...(await prettier.resolveConfig(join(ROOT, 'README.md'))), parser: 'markdown' };
  return {
    'config/monitoring.schema.json': `${JSON.stringify(configJsonSchema(SECTIONS), null, 2)}\n`,
    'docs/configuration.md': await prettier.format(configurationPage(SECTIONS), style),
    'docs/signals.md': await prettier.format(
      signalsPage(RESOURCE_SIGNALS, SERVICE_SIGNALS, WORK_SIGNALS),
      style,
    ),
    'docs/rules.md': await prettier.format(rulesPage(defaultRuleRows()), style),
    'docs/recovery.md': await prettier.format(recoveryPage(defaultActionPlans()), style),
    'docs/database.md': await prettier.format(databasePage(retentionRows()), style),
    'docs/errors.md': await prettier.format(errorsPage(ERROR_CODES), style),
  };
}

/** @param {readonly { name: string, about: string, fields: Record<string, { initial: unknown, about: string, isLive?: boolean }> }[]} sections */
function configurationPage(sections) {
  const lines = [
    '# Configuration',
    '',
    'Every setting has a default, so the file may be missing. It is `config/monitoring.json`, or the one that `--config` or',
    '`MOONWARDEN_CONFIG` names; `config/monitoring.schema.json` gives editors completion through `$schema`. Later layers win:',
    'defaults, file, what was set at run time, environment, flags of the command line. `moonwarden config show` prints each',
    'value with where it comes from; `moonwarden config check FILE` lists every fault with its path and changes nothing.',
    '',
    '## While the service runs',
    '',
    'The file is read again when it has changed and rests for 150 ms (it may be written in place, moved into its place, or be',
    'what a link leads to), and on SIGHUP. `moonwarden config set KEY VALUE` (`POST /admin/config`) lays a value over the',
    'file, `moonwarden config revert KEY` takes it back; both are kept in the data folder and hold after a restart. What environment or',
    'flags fix cannot be set that way, and says so.',
    '',
    'A configuration is validated and prepared as a whole first; then all of it comes into force at once, or none of it. What is',
    'refused is told with the path of each fault, in the log, in the journal, by the condition `config.refused` and under',
    '`moonwarden config show --running`. Settings marked *live* act within a second: rules in the next turn of the control loop,',
    'limits of jobs for runs that begin, everything else with its next use. The others say that they wait for the next start.',
    '',
    'The last configuration that was in force is kept, too (`config.json` in the data folder). If the file is not valid at a start,',
    'the service starts with that one and says so. Environment and flags have no such stand-in.',
    '',
    '## Settings',
    '',
    'A duration is text such as `"250ms"`, `"30s"`, `"5m"`, `"12h"`, `"2d"`, or a plain number of seconds. The data folder is',
    'given by `--data` or `MOONWARDEN_DATA` (`./data`).',
    '',
  ];
  for (const { name, about, fields } of sections) {
    lines.push(
      `### \`${name}\``,
      '',
      about,
      '',
      '| setting | default | environment | acts | what it is |',
      '| --- | --- | --- | --- | --- |',
    );
    for (const [field, { initial, about: what, isLive = false }] of Object.entries(fields)) {
      const key = field.replace(/Ms$/, '').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      const value = initial === null ? 'none' : `\`${JSON.stringify(initial)}\``;
      const acts = isLive ? 'live' : 'next start';
      lines.push(
        `| \`${key}\` | ${value} | \`MOONWARDEN_${`${name}_${key}`.toUpperCase()}\` | ${acts} | ${what} |`,
      );
    }
    lines.push('');
  }
  return lines.join('\n');
}

/**
 * @param {readonly { name: string, unit: string, meaning: string }[]} signals
 * @param {readonly { name: string, unit: string, meaning: string }[]} ofService
 * @param {readonly { name: string, unit: string, meaning: string }[]} ofWork
 */
function signalsPage(signals, ofService, ofWork) {
  /** @param {typeof signals} rows */
  const table = (rows) => [
    '| signal | unit | what it is |',
    '| --- | --- | --- |',
    ...rows.map(({ name, unit, meaning }) => `| \`${name}\` | ${unit} | ${meaning} |`),
    '',
  ];
  return [
    '# Signals of process and machine',
    '',
    'What is measured of the process that runs the service, and of its machine. The control loop gets these values as samples,',
    'the journal keeps them each minute, `GET /health/resources` and `moonwarden resources` show what was read last. How often',
    'they are read is set by `signals.cheap_interval` and `signals.dear_interval` ([configuration](configuration.md)). A value',
    'that cannot be read is null, with the reason; on systems without `/proc` those are the ones of the machine.',
    '',
    'The limits are those of the container (control groups of version 1 and 2, also of the groups around it) where it has some,',
    'else those of the machine. A `ratio` is 0..1.',
    '',
    ...table(signals),
    '## Database and capacity',
    '',
    'Of the database, of what runs out and of the [watchdog](watchdog.md). `GET /health/database` and `moonwarden database` show the',
    'file, its checkpoints and checks, how long each statement takes (in the maintenance thread: each of its tasks), and the last 20',
    'statements that took over 100 ms, with their plan and what would make them faster. SQLite has one writer at a time and no pool of',
    'connections: what would be waiting for a connection elsewhere are the changes that wait for another writer. The file is measured once a',
    'minute and checked once a day (`PRAGMA quick_check`), both outside of the event loop.',
    '',
    'A time until something is full (`..._full_in_s`) follows the slope of up to 60 values, one a minute; it is null while what it',
    'looks at does not grow beyond its own noise.',
    '',
    ...table(ofService),
    '## Tokens and jobs',
    '',
    'Of the tokens, of their source, and, with the label `group`, of each group of jobs.',
    '',
    ...table(ofWork),
  ].join('\n');
}

/** The page as it is, with the table of today. @param {readonly Record<'name' | 'signal' | 'levels' | 'times' | 'helps' | 'kind' | 'runbook', string>[]} rows */
function rulesPage(rows) {
  const table = [
    '| rule | looks at | levels | `for` / `keep_for` | helps itself by | kind of alert |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(
      ({ name, signal, levels, times, helps, kind, runbook }) =>
        `| [\`${name}\`](${runbook}) | \`${signal}\` | ${levels} | ${times} | ${helps && `\`${helps}\``} | ${kind} |`,
    ),
  ].join('\n');
  return readFileSync(join(ROOT, 'docs/rules.md'), 'utf8').replace(
    /(<!-- rules -->)[^]*(<!-- \/rules -->)/,
    (_all, begin, end) => `${begin}\n\n${table}\n\n${end}`,
  );
}

/** @param {readonly { name: string, step: string, ends: readonly string[], verifyWithinMs: number }[]} plans */
function recoveryPage(plans) {
  const table = [
    '| action | step | should end | within |',
    '| --- | --- | --- | --- |',
    ...plans.map(
      ({ name, step, ends, verifyWithinMs }) =>
        `| \`${name}\` | \`${step}\` | ${ends.map((end) => `\`${end}\``).join(', ')} | ${verifyWithinMs / 1_000} s |`,
    ),
  ].join('\n');
  return readFileSync(join(ROOT, 'docs/recovery.md'), 'utf8').replace(
    /(<!-- actions -->)[^]*(<!-- \/actions -->)/,
    (_all, begin, end) => `${begin}\n\n${table}\n\n${end}`,
  );
}

/** @param {readonly Record<'what' | 'kept' | 'where' | 'setting', string>[]} rows */
function databasePage(rows) {
  const table = [
    '| what | kept | where | setting |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ what, kept, where, setting }) => `| ${what} | ${kept} | ${where} | \`${setting}\` |`),
  ].join('\n');
  return readFileSync(join(ROOT, 'docs/database.md'), 'utf8').replace(
    /(<!-- retention -->)[^]*(<!-- \/retention -->)/,
    (_all, begin, end) => `${begin}\n\n${table}\n\n${end}`,
  );
}

/** @param {Record<string, { status: number, exitCode: number, title: string, todo: string }>} codes */
function errorsPage(codes) {
  return [
    '# Errors',
    '',
    'Every error has a code. The API answers it as problem JSON (RFC 9457) with the status below; the command line prints one',
    'line and ends with the exit code.',
    '',
    '| code | status | exit code | what it means | what to do |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(codes).map(
      ([code, { status, exitCode, title, todo }]) =>
        `| \`${code}\` | ${status} | ${exitCode} | ${title} | ${todo} |`,
    ),
    '',
    '`moonwarden status` ends with 0 when the service is healthy, 10 degraded, 11 critical, 12 starting.',
    '',
  ].join('\n');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [path, content] of Object.entries(await renderDocs())) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), content);
    console.log(path);
  }
}

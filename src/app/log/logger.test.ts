import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock, runInContext } from '../../kernel/index.ts';
import { defaultsOf } from '../../warden/config/index.ts';
import { createLog, logSection, type LogSettings, type LogTargets, type ServiceLog } from './logger.ts';

let clock = new FakeClock();
let written: string[] = [];
let log: ServiceLog;
const create = (settings: Partial<LogSettings> = {}, targets: Partial<LogTargets> = {}): ServiceLog => {
  log = createLog(
    clock,
    { ...defaultsOf(logSection), ...settings },
    { output: { write: (line) => void written.push(line) }, human: false, folder: null, ...targets },
  );
  return log;
};
const lines = (): Record<string, unknown>[] =>
  written.map((line) => JSON.parse(line) as Record<string, unknown>);
const messages = (): unknown[] => lines().map(({ msg }) => msg);

beforeEach(() => {
  clock = new FakeClock();
  written = [];
});
afterEach(async () => {
  await log.close();
  expect(clock.pending).toBe(0);
});

describe('a line', () => {
  test('is one JSON object: level, ts, logger, module, fields, msg', async () => {
    create()
      .child('warden')
      .warning('It is hot.', { degrees: 60, list: ['a'] });
    expect(written).toEqual([
      `${JSON.stringify({ level: 'WARNING', ts: '2026-01-01T00:00:00.000Z', logger: 'moonwarden.warden', module: 'warden', degrees: 60, list: ['a'], msg: 'It is hot.' })}\n`,
    ]);
    await clock.advance(61_001);
    log.info('Later.');
    expect(lines()[1]).toEqual({
      level: 'INFO',
      ts: '2026-01-01T00:01:01.001Z',
      logger: 'moonwarden.app',
      module: 'app',
      msg: 'Later.',
    });
  });

  test('names no field twice, whatever the fields are called', () => {
    const own = {
      ts: 1,
      level: 'low',
      logger: 'l',
      msg: 'm',
      module: 'x',
      correlation_id: 'c',
      run_id: 'r',
      time: 5,
    };
    runInContext({ correlationId: 'request' }, () => create().info('Sentence.', own));
    const keys = [...(written[0] ?? '').matchAll(/"(\w+)":/g)].map(([, key]) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(lines()[0]).toMatchObject({
      level: 'INFO',
      msg: 'Sentence.',
      correlation_id: 'request',
      field_level: 'low',
      field_correlation_id: 'c',
      time: 5,
    });
  });

  test('carries the ids of the work that it comes from, through waits', async () => {
    const child = create().child('tokens');
    const work = (correlationId: string, runId?: string) =>
      runInContext({ correlationId, ...(runId === undefined ? {} : { runId }) }, async () => {
        await clock.sleep(5);
        child.info(`From ${correlationId}.`);
      });
    const both = [work('a', 'run-1'), work('b')];
    await clock.advance(5);
    await Promise.all(both);
    log.info('From nobody.');
    expect(lines().map(({ correlation_id, run_id }) => [correlation_id, run_id])).toEqual([
      ['a', 'run-1'],
      ['b', undefined],
      [undefined, undefined],
    ]);
  });

  test('holds no secret, in words, fields or ids', () => {
    const key = `mw_${'x'.repeat(43)}`;
    runInContext({ correlationId: key, runId: 'r' }, () => {
      create().info(`Got ${key}.`, { a: [key], [key]: 1, password: 'hunter2', cause: new Error(key) });
    });
    expect(written[0]).not.toContain(key);
    expect(written[0]).not.toContain('hunter2');
  });

  test('is for people where people read', () => {
    create({}, { human: true }).info('Ready.', { port: 8000 });
    expect(written[0]).toMatch(/^.*\d\d:\d\d:\d\d.* INFO {5}Ready\. .*port=.*8000\n$/);
  });
});

describe('levels', () => {
  const writeAll = (): void => {
    for (const level of ['debug', 'info', 'warning', 'error', 'critical'] as const) log[level](level);
  };

  test.each([
    ['debug', ['debug', 'info', 'warning', 'error', 'critical']],
    ['info', ['info', 'warning', 'error', 'critical']],
    ['warning', ['warning', 'error', 'critical']],
    ['error', ['error', 'critical']],
    ['critical', ['critical']],
  ] as const)('%s lets through what is as grave', (level, through) => {
    create({ level });
    writeAll();
    expect(messages()).toEqual(through);
    expect(lines().map((line) => line['level'])).toEqual(through.map((name) => name.toUpperCase()));
  });

  test('can be changed while it runs, for all modules', () => {
    const child = create({ level: 'error' }).child('x');
    child.info('before');
    log.setLevel('debug');
    child.debug('after');
    log.setLevel('critical');
    child.error('silent again');
    expect(messages()).toEqual(['after']);
  });
});

describe('repeats', () => {
  test('of a line are held back for 30 s and then told in one', async () => {
    create();
    for (let second = 0; second < 20; second++) {
      log.warning('Again.', { cause: 'x' });
      await clock.advance(1_000);
    }
    expect(lines()).toHaveLength(1);
    await clock.advance(15_000);
    expect(lines()).toHaveLength(2);
    expect(lines()[1]).toMatchObject({
      level: 'WARNING',
      module: 'app',
      msg: 'Again.',
      cause: 'x',
      repeated: 19,
    });
    await clock.advance(120_000);
    expect(lines()).toHaveLength(2);
  });

  test('are told with the line itself when it comes again first', async () => {
    create();
    // Between two looks for what is over, which come each 5 s.
    await clock.advance(1);
    log.info('Again.');
    log.info('Again.');
    await clock.advance(30_000);
    log.info('Again.');
    expect(lines().map(({ repeated }) => repeated)).toEqual([undefined, 1]);
  });

  test('are those of the same level, module, words and fields', () => {
    create();
    log.info('A.', { x: 1 });
    log.info('A.', { x: 2 });
    log.warning('A.', { x: 1 });
    log.child('y').info('A.', { x: 1 });
    log.info('B.', { x: 1 });
    log.info('A.', { x: 1 });
    expect(lines()).toHaveLength(5);
  });

  test('that are held back at the end are told before it closes', async () => {
    create();
    log.error('Again.');
    log.error('Again.');
    await log.close();
    expect(lines().map(({ repeated }) => repeated)).toEqual([undefined, 1]);
  });

  test('are not counted below the level', async () => {
    create({ level: 'error' });
    for (let count = 0; count < 3; count++) log.info('Quiet.');
    expect(written).toEqual([]);
    log.setLevel('info');
    log.info('Quiet.');
    await clock.advance(60_000);
    expect(lines()).toMatchObject([{ msg: 'Quiet.' }]);
    expect(lines()[0]).not.toHaveProperty('repeated');
  });
});

describe('the file', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'moonwarden log '));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const mode = (...path: string[]): string => (statSync(join(folder, ...path)).mode & 0o777).toString(8);

  test('gets the same lines as JSON, and is read by its owner alone', async () => {
    create({}, { folder, human: true }).info('Ready.', { password: 'hunter2' });
    await log.close();
    const content = readFileSync(join(folder, 'logs', 'moonwarden.log'), 'utf8');
    expect(content).toMatch(/^\{.*"msg":"Ready\."\}\n$/);
    expect(content).not.toContain('hunter2');
    expect([mode('logs'), mode('logs', 'moonwarden.log')]).toEqual(['700', '600']);
  });

  test('is continued after a restart, and closing twice is no fault', async () => {
    for (const msg of ['First.', 'Second.']) {
      create({}, { folder }).info(msg);
      await log.close();
      await log.close();
    }
    const content = readFileSync(join(folder, 'logs', 'moonwarden.log'), 'utf8');
    expect(
      content
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { msg: string }).msg),
    ).toEqual(['First.', 'Second.']);
  });

  test('is turned when it is full; what was turned is as private', async () => {
    create({ fileMb: 1 }, { folder });
    const filler = 'x'.repeat(100_000);
    for (let count = 0; count < 25; count++) log.info(`Line ${count}.`, { filler });
    await log.close();
    // Beside them stands a list of their names.
    const files = readdirSync(join(folder, 'logs')).filter((name) => /\.(log|gz)$/.test(name));
    expect(files.filter((name) => name.endsWith('.gz')).length).toBeGreaterThan(0);
    for (const name of files) expect(`${name} ${mode('logs', name)}`).toBe(`${name} 600`);
  });

  test('that cannot be written brings nothing down: the output still has the line', async () => {
    mkdirSync(join(folder, 'logs', 'moonwarden.log'), { recursive: true });
    create({}, { folder }).info('One.');
    await new Promise((resolve) => setImmediate(resolve));
    log.info('Two.');
    await log.close();
    log.info('After the end.');
    expect(messages()).toEqual(['One.', 'Two.', 'After the end.']);
  });
});

import { expect, test } from 'vitest';
import { FakeClock, type Logger } from '../kernel/index.ts';
import { createLibraryLog, jsonLine, textLine, type LogChoice, type LogLine } from './log.ts';

const line: LogLine = {
  at: Date.UTC(2030, 0, 1, 12),
  level: 'warning',
  module: 'warden',
  msg: 'It is hot.',
  fields: { cause: 'the sun', level: 'not this one', value: 5 },
};

test('JSON has the fields, and its own names stand once', () => {
  expect(JSON.parse(jsonLine(line))).toEqual({
    ts: '2030-01-01T12:00:00.000Z',
    level: 'WARNING',
    module: 'warden',
    msg: 'It is hot.',
    cause: 'the sun',
    value: 5,
  });
});

test('people get time, level, sentence and cause, and no control characters', () => {
  expect(textLine(line)).toMatch(/^\d\d:\d\d:\d\d WARNING {2}It is hot\. \(the sun\)$/);
  expect(textLine({ ...line, msg: 'a\u001b[31m\nb' })).toContain('a\\u001b[31m\\u000ab');
});

const logOf = (choice: LogChoice): { log: Logger; written: string[]; clock: FakeClock } => {
  const clock = new FakeClock();
  const written: string[] = [];
  const write = (text: string): unknown => written.push(text);
  return { log: createLibraryLog({ clock, choice, level: 'info', write }), written, clock };
};

test('each choice writes as it says, from its level on', () => {
  for (const [choice, start] of [
    ['text', /^\d\d:/],
    ['json', /^\{/],
  ] as const) {
    const { log, written } = logOf(choice);
    log.debug('not this');
    log.info('this');
    expect(written).toEqual([expect.stringMatching(start)]);
  }
  const { log, written } = logOf('none');
  log.critical('nothing');
  expect(written).toEqual([]);
});

test('a function gets the lines with their module; what it throws, and what is no JSON, stops nobody', () => {
  const lines: LogLine[] = [];
  const { log } = logOf((one) => {
    lines.push(one);
    throw new Error('full');
  });
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  log.child('jobs').error('Oh.', { n: 1 });
  log.error('Circle.', circle);
  expect(lines).toEqual([
    expect.objectContaining({ level: 'error', module: 'jobs', msg: 'Oh.', fields: { n: 1 } }),
  ]);
});

test('the same line again and again is written once in half a minute, with its count', async () => {
  const { log, written, clock } = logOf('json');
  for (let second = 0; second < 31; second++) {
    log.error('A probe failed.', { cause: 'x' });
    log.error('A probe failed.', { cause: 'y' });
    await clock.advance(1_000);
  }
  expect(written.map((text) => (JSON.parse(text) as { repeated?: number }).repeated)).toEqual([
    undefined,
    undefined,
    // Of the one that had not come again by then; after that it does.
    29,
    29,
    undefined,
  ]);
});

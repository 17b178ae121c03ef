import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../kernel/index.ts';
import { createLog } from './log/logger.ts';
import { reloadConfig } from './reload.ts';
import { loadSettings } from './settings.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reload '));
  file = join(folder, 'monitoring.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function scene(): {
  lines: () => Record<string, unknown>[];
  reload: (content: string) => void;
  debug: (msg: string) => void;
} {
  writeFileSync(file, '{}');
  const choice = { file, environment: {} };
  const { settings, loaded } = loadSettings(choice);
  const written: string[] = [];
  const log = createLog(new FakeClock(), settings.log, {
    output: { write: (line) => written.push(line) },
    human: false,
    folder: null,
  });
  let current = loaded;
  return {
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    reload(content) {
      writeFileSync(file, content);
      current = reloadConfig(choice, current, log);
    },
    debug: (msg) => {
      log.debug(msg);
    },
  };
}

test('the log level acts at once, and back', () => {
  const { lines, reload, debug } = scene();
  debug('before');
  reload('{"log":{"level":"debug"}}');
  debug('between');
  reload('{}');
  debug('after');
  expect(
    lines()
      .filter(({ level }) => level === 'DEBUG')
      .map(({ msg }) => msg),
  ).toEqual(['between']);
});

test('what cannot change live says that it waits', () => {
  const { lines, reload } = scene();
  reload('{"tokens":{"hot_interval":"20s"}}');
  expect(lines().at(-1)).toMatchObject({
    path: 'tokens.hot_interval',
    from: '10s',
    to: '20s',
    msg: expect.stringContaining('next start') as string,
  });
});

test('an invalid file changes nothing and names its faults', () => {
  const { lines, reload, debug } = scene();
  reload('{"log":{"level":"debug"},"tokens":{"hot_interval":""}}');
  debug('must not show');
  expect(lines()).toHaveLength(1);
  expect(lines()[0]).toMatchObject({ level: 'ERROR', faults: [{ path: 'tokens.hot_interval' }] });
  reload('{}');
  expect(lines().at(-1)).toMatchObject({ msg: expect.stringContaining('nothing has changed') as string });
});

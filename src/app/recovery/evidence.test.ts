import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeClock, type LogFields, type Logger } from '../../kernel/index.ts';
import type { Condition } from '../../warden/detection/index.ts';
import { createEvidence } from './evidence.ts';
import { processReport } from './process-report.ts';

const condition: Condition = {
  rule: 'store/../failing',
  labels: { disk: 'a b' },
  level: 'critical',
  since: 0,
  value: 9,
  limit: 2,
  unit: 's',
  reason: 'The store refuses.',
  evidence: [],
  nextSteps: [],
};

let lines: { level: string; msg: string; fields: LogFields }[] = [];
const write =
  (level: string) =>
  (msg: string, fields: LogFields = {}) =>
    void lines.push({ level, msg, fields });
const log: Logger = {
  debug: write('debug'),
  info: write('info'),
  warning: write('warning'),
  error: write('error'),
  critical: write('critical'),
  child: () => log,
};
let folder = '';
const clock = new FakeClock({ wallMs: Date.UTC(2026, 0, 2, 3, 4, 5, 6) });
beforeEach(() => {
  lines = [];
  folder = mkdtempSync(join(tmpdir(), 'moonwarden-evidence-'));
  mkdirSync(join(folder, 'logs'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const written = (path: string | null, name: string): Promise<string> =>
  vi.waitFor(() => readFileSync(join(path ?? '', name), 'utf8'));

test('everything that tells how it was is in one folder, and what cannot be read costs only itself', async () => {
  writeFileSync(join(folder, 'logs', 'moonwarden.log'), '{"msg":"first"}\n{"msg":"last"}\n');
  const path = createEvidence(clock, log, folder, 20).keep(condition, 'Nothing is left.', {
    'broken.json': () => {
      throw new Error('no such table');
    },
    'state.json': () => ({ status: 'critical' }),
  });
  expect(path).toBe(join(folder, 'incidents', '2026-01-02T03-04-05.006Z-store_.._failing_disk_a_b_'));
  expect(JSON.parse(await written(path, 'state.json'))).toEqual({ status: 'critical' });
  expect(JSON.parse(await written(path, 'condition.json'))).toMatchObject({
    reason: 'The store refuses.',
    why: 'Nothing is left.',
  });
  expect(await written(path, 'log-tail.jsonl')).toBe('{"msg":"first"}\n{"msg":"last"}\n');
  expect(existsSync(join(path ?? '', 'broken.json'))).toBe(false);
  expect(lines).toMatchObject([
    { level: 'warning', fields: { file: 'broken.json', cause: 'no such table' } },
  ]);
});

test('of a long log the end is kept, from the beginning of a line on', async () => {
  const line = `${'x'.repeat(99)}\n`;
  writeFileSync(join(folder, 'logs', 'moonwarden.log'), line.repeat(10_000));
  const path = createEvidence(clock, log, folder, 20).keep(condition, '', {});
  const tail = await written(path, 'log-tail.jsonl');
  expect(tail.length).toBeLessThanOrEqual(512_000);
  expect(tail.length).toBeGreaterThan(511_000);
  expect(tail.startsWith(line)).toBe(true);
});

test('the newest twenty are kept', () => {
  const evidence = createEvidence(clock, log, folder, 20);
  const kept: (string | null)[] = [];
  for (let count = 0; count < 23; count++) {
    kept.push(evidence.keep({ ...condition, rule: `rule${count}` }, '', {}));
    clock.jumpWall(1_000);
  }
  expect(readdirSync(join(folder, 'incidents'))).toHaveLength(20);
  expect(existsSync(kept[2] ?? '')).toBe(false);
  expect(existsSync(kept[3] ?? '')).toBe(true);
});

test('where no folder can be made, that is said, and nothing else happens', () => {
  writeFileSync(join(folder, 'incidents'), 'in the way');
  expect(createEvidence(clock, log, folder, 20).keep(condition, '', {})).toBeNull();
  expect(lines).toMatchObject([{ level: 'error', msg: 'No folder for evidence could be made.' }]);
});

test('the report of the process tells nothing that must not leave it', () => {
  process.env['MOONWARDEN_TEST_SECRET'] = 'very-secret-value';
  try {
    const text = JSON.stringify(processReport());
    expect(text).not.toContain('very-secret-value');
    expect(text).toContain('javascriptHeap');
    expect(text).not.toContain('networkInterfaces');
  } finally {
    delete process.env['MOONWARDEN_TEST_SECRET'];
  }
});

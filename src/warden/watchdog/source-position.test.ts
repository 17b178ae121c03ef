import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSourcePositions, shownName } from './source-position.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden map '));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Line 2 of the script is line 12 of its source, from column 4. */
const map = JSON.stringify({ version: 3, sources: ['../src/x.ts'], names: [], mappings: ';IAWI' });
const url = (...path: string[]): string => pathToFileURL(join(folder, ...path)).href;
const inline = `data:application/json;base64,${Buffer.from(map).toString('base64')}`;

test.each([
  ['beside the script', 'x.js.map'],
  ['in the script, base64', inline],
  ['in the script, plain', `data:application/json;charset=utf-8,${encodeURIComponent(map)}`],
])('a source map %s leads to the source', (_, sourceMapUrl) => {
  writeFileSync(join(folder, 'x.js.map'), map);
  const positionOf = createSourcePositions(folder);
  const script = { url: url('x.js'), sourceMapUrl };
  expect(positionOf(script, 1, 4)).toEqual({ file: join(folder, '..', 'src', 'x.ts'), line: 12, column: 5 });
  expect(positionOf(script, 1, 9).line).toBe(12);
  // Nothing was compiled into line 1.
  expect(positionOf(script, 0, 2)).toEqual({ file: 'x.js', line: 1, column: 3 });
});

test.each([
  ['none', ''],
  ['one that is not there', 'gone.js.map'],
  ['one that is no map', 'data:application/json,{"mappings":5}'],
  ['one that is no JSON', 'data:application/json;base64,AAAA'],
  ['one of another machine', 'https://example.test/x.js.map'],
  ['one that is nothing', '::'],
])('with %s the script itself is named', (_, sourceMapUrl) => {
  const script = { url: url('lib', 'y.js'), sourceMapUrl };
  expect(createSourcePositions(folder)(script, 4, 0)).toEqual({ file: 'lib/y.js', line: 5, column: 1 });
});

test('maps of two scripts do not mix', () => {
  const positionOf = createSourcePositions(folder);
  expect(positionOf({ url: url('lib', 'a.js'), sourceMapUrl: inline }, 1, 4).line).toBe(12);
  expect(positionOf({ url: url('lib', 'b.js'), sourceMapUrl: '::' }, 1, 4)).toMatchObject({
    file: 'lib/b.js',
    line: 2,
  });
  expect(positionOf({ url: url('lib', 'a.js'), sourceMapUrl: inline }, 1, 4)).toMatchObject({
    file: 'src/x.ts',
  });
});

test.each([
  ['node:fs', 'node:fs'],
  ['file:///srv/app/src/x%20y.ts', 'src/x y.ts'],
  ['file:///elsewhere/x.ts', '/elsewhere/x.ts'],
  ['file:///srv/app/a%0Ab%1B.ts', 'a?b?.ts'],
  ['evalmachine.<anonymous>', 'evalmachine.<anonymous>'],
  ['file://%', 'file://%'],
  [`file:///srv/app/${'a/'.repeat(200)}x.ts`, `${'a/'.repeat(200)}x.ts`.slice(-300)],
])('%s is shown as %s', (script, shown) => {
  expect(shownName(script, '/srv/app')).toBe(shown);
});

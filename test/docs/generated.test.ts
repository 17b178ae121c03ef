import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderDocs } from '../../scripts/docs.mjs';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the pages and the schema that follow from the code are what the code says (npm run docs)', async () => {
  const rendered = await renderDocs();
  expect(Object.keys(rendered)).toContain('docs/errors.md');
  for (const [path, content] of Object.entries(rendered)) expect(read(path), path).toBe(content);
});

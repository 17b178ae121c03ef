import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FORMS, rendered } from './testing/golden.ts';
import { CASES } from './testing/notices.ts';

const folderOf = (channel: string): URL => new URL(`./golden/${channel}/`, import.meta.url);

/** The text that is kept; with `MOONWARDEN_GOLDEN=write` it is `text` from now on. */
function golden(channel: string, file: string, text: string): string {
  const path = new URL(file, folderOf(channel));
  if (process.env['MOONWARDEN_GOLDEN'] === 'write') {
    mkdirSync(folderOf(channel), { recursive: true });
    writeFileSync(path, text);
  }
  return readFileSync(path, 'utf8');
}

describe.each(Object.entries(FORMS))('%s', (channel, form) => {
  test.each(Object.entries(CASES))('%s', (name, notice) => {
    const text = rendered(form, notice);
    expect(text).toBe(golden(channel, `${name}.${form.ends}`, text));
  });

  test('has no file of a case that is gone', () => {
    const files = readdirSync(folderOf(channel));
    expect(files.toSorted()).toEqual(
      Object.keys(CASES)
        .map((name) => `${name}.${form.ends}`)
        .toSorted(),
    );
  });
});

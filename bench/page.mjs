// @ts-check
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @param {string} name */
const pageOf = (name) => fileURLToPath(new URL(`../docs/${name}.md`, import.meta.url));

/** @param {string} name */
const placeOf = (name) => new RegExp(`(<!-- bench:${name} -->)[\\s\\S]*(<!-- /bench:${name} -->)`);

/** Before a run of many minutes. @param {string} name of the benchmark @param {string} [page] in docs/, if not of the same name */
export async function requirePlace(name, page = name) {
  if (!placeOf(name).test(readFileSync(pageOf(page), 'utf8')))
    throw new Error(`docs/${page}.md has no place for the table`);
}

/** Puts the table into the page, and what it is made of beside the benchmark. @param {string} name @param {string} table @param {object} results @param {string} [page] */
export async function writeTable(name, table, results, page = name) {
  const { default: prettier } = await import('prettier');
  const style = await prettier.resolveConfig(pageOf(page));
  const text = readFileSync(pageOf(page), 'utf8').replace(
    placeOf(name),
    (_, before, after) => `${before}\n\n${table}\n\n${after}`,
  );
  writeFileSync(pageOf(page), await prettier.format(text, { ...style, parser: 'markdown' }));
  const file = fileURLToPath(new URL(`./${name}/results.json`, import.meta.url));
  writeFileSync(file, await prettier.format(JSON.stringify(results), { ...style, parser: 'json' }));
}

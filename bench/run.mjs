// @ts-check
/** `npm run bench -- NAME [options]`: runs one benchmark of this folder on the built program. */
import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';

const HERE = fileURLToPath(new URL('./', import.meta.url));
const names = readdirSync(HERE)
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.slice(0, -'.bench.mjs'.length))
  .toSorted();

const [name = '', ...args] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`usage: npm run bench -- ${names.join('|')} [options]`);
  process.exitCode = 2;
} else {
  const { main } = await import(pathToFileURL(join(HERE, `${name}.bench.mjs`)).href);
  process.exitCode = await main(args);
}

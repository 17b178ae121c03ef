import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What a script loads. */
export interface Loaded {
  /** Of ours, from the root on, as in `dist/index.js`. */
  readonly ours: readonly string[];
  /** Files of packages, from the root on, and what is neither a file nor of Node. */
  readonly others: readonly string[];
  readonly stdout: string;
  /** Without what was loaded. */
  readonly stderr: string;
}

/** What Node loads for a script that ends by itself. A hook writes it down, since no API of Node lists it. */
export async function loadedBy(script: string): Promise<Loaded> {
  const hook = `import { writeSync } from 'node:fs';
    export async function load(url, context, next) { writeSync(2, 'loaded ' + url + '\\n'); return next(url, context); }`;
  const register = `import { register } from 'node:module'; register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));`;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(register)}`,
      '--input-type=module',
      '--eval',
      script,
    ],
    { cwd: ROOT },
  );
  const urls = [...stderr.matchAll(/^loaded (.+)$/gm)].map(([, url]) => url ?? '');
  const files = urls
    .filter((url) => url.startsWith('file:'))
    .map((url) => fileURLToPath(url).slice(ROOT.length));
  return {
    ours: files.filter((file) => !file.startsWith('node_modules')),
    others: [
      ...files.filter((file) => file.startsWith('node_modules')),
      ...urls.filter((url) => !/^(?:file|node|data):/.test(url)),
    ],
    stdout,
    stderr: stderr.replaceAll(/^loaded .+\n/gm, ''),
  };
}

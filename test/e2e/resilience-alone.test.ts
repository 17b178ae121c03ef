import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What Node loads for a script, as file addresses. The hook writes them down, since no API of Node lists them. */
async function loadedBy(script: string): Promise<{ readonly files: string[]; readonly output: string }> {
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
  const files = [...stderr.matchAll(/^loaded (.+)$/gm)].map(([, url]) => url ?? '');
  return { files, output: stdout };
}

describe('moonwarden/resilience', () => {
  it('loads the kernel and itself, and nothing else', async () => {
    const { files, output } = await loadedBy(
      `import { createDependency } from 'moonwarden/resilience';
       const api = createDependency({ name: 'api' });
       console.log(await api.execute(async () => 'works'), api.report().state);`,
    );
    expect(output.trim()).toBe('works closed');
    const ours = files
      .filter((url) => url.startsWith('file:'))
      .map((url) => fileURLToPath(url).slice(ROOT.length));
    expect(ours.length).toBeGreaterThan(30);
    expect(ours.filter((file) => !/^dist\/(?:kernel|warden\/resilience)\//.test(file))).toEqual([]);
    expect(files.filter((url) => !/^(?:file|node|data):/.test(url))).toEqual([]);
  });

  it('ends by itself: nothing that it made holds the process up', async () => {
    const { output } = await loadedBy(
      `import { createDependency } from 'moonwarden/resilience';
       const api = createDependency({ name: 'api', quotas: { calls: { limit: 5 } }, bulkhead: { limit: 2 },
         probe: { run: () => undefined } });
       for (let call = 0; call < 5; call++) await api.execute(() => 1, { quota: 'calls' });
       console.log('done');`,
    );
    expect(output.trim()).toBe('done');
  }, 20_000);
});

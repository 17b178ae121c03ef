// @ts-check
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('./', import.meta.url));

/** What the figures were measured on. */
export function provenance() {
  const git = (/** @type {string[]} */ ...args) => {
    try {
      return execFileSync('git', args, {
        cwd: HERE,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    } catch {
      return null;
    }
  };
  const commit = git('rev-parse', '--short=12', 'HEAD');
  return {
    commit,
    changed: commit === null ? null : git('status', '--porcelain', '--', '../src') !== '',
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
}

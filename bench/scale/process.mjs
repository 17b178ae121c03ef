// @ts-check
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Ticks of /proc a second; 100 wherever Linux runs on common hardware. */
function ticksPerSecond() {
  try {
    return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) || 100;
  } catch {
    return 100;
  }
}

const TICKS = ticksPerSecond();

/** What a process has used of the machine, all its threads together. Needs Linux. @param {number} pid */
export function usageOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (/** @type {string} */ name) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1_024;
  return {
    cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS,
    rssMb: megabytes('VmRSS'),
    peakRssMb: megabytes('VmHWM'),
  };
}

/** The functions that took most of a .cpuprofile, by the time spent in themselves. @param {string} file @param {number} count */
export function topFunctions(file, count) {
  /** @type {{ nodes: { id: number, callFrame: { functionName: string, url: string, lineNumber: number } }[], samples: number[], timeDeltas: number[] }} */
  const profile = JSON.parse(readFileSync(file, 'utf8'));
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  /** @type {Map<string, number>} */
  const selfUs = new Map();
  profile.samples.forEach((id, index) => {
    const frame = frames.get(id);
    const place =
      frame?.url === ''
        ? ''
        : ` ${frame?.url.replace(/^.*\/(dist|node_modules)\//, '')}:${(frame?.lineNumber ?? 0) + 1}`;
    const name = `${frame?.functionName || '(anonymous)'}${place}`;
    selfUs.set(name, (selfUs.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0));
  });
  return [...selfUs]
    .filter(([name]) => !name.startsWith('(idle)'))
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([name, us]) => ({ name, selfMs: us / 1_000 }));
}

import { mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { cleanUp, tempFolder } from '../e2e/service.ts';
import { between, isWithin, outputOf, startChild, type Child, type ChildOptions } from './child.ts';

const children: Child[] = [];
const groups: string[] = [];
const start = (options?: ChildOptions): Child => {
  const child = startChild(options);
  children.push(child);
  return child;
};
afterEach(async () => {
  for (const child of children.splice(0)) await child.end();
  for (const group of groups.splice(0)) rmdirSync(group);
  await cleanUp();
});

const expectWithin = (value: number | undefined, one: number, other: number): void => {
  expect(isWithin(value, one, other), `${value} between ${one} and ${other}`).toBe(true);
};
const numberIn = (path: string): number => Number(readFileSync(path, 'utf8'));

test('the load is that of the kernel', async () => {
  const child = start();
  const load = await between(loadavg, () => child.start());
  for (const [index, name] of ['host_load_1m', 'host_load_5m', 'host_load_15m'].entries())
    expectWithin(load.told.values[name], load.before[index] ?? 0, (load.after[index] ?? 0) + 0.02);
});

test('CPU of the machine is that of its cores together', async () => {
  const child = start();
  const times = (): { busy: number; total: number } => {
    const all = cpus().map((core) => core.times);
    const sum = (of: (one: (typeof all)[number]) => number): number => all.reduce((s, one) => s + of(one), 0);
    const busy = sum(({ user, nice, sys, irq }) => user + nice + sys + irq);
    return { busy, total: busy + sum(({ idle }) => idle) };
  };
  const first = await between(times, () => child.start());
  await child.ask('burn 3000');
  const second = await between(times, () => child.turn());
  const total = (second.before.total + second.after.total - first.before.total - first.after.total) / 2;
  const busy = (second.before.busy + second.after.busy - first.before.busy - first.after.busy) / 2;
  expect(Math.abs((second.told.values['host_cpu'] ?? -1) - busy / total)).toBeLessThan(0.05);
});

test('disk use is that of df', async () => {
  const folder = tempFolder();
  const child = start({ folder });
  const df = (): { used: number; free: number } => {
    const columns = outputOf('df', '-P', '-k', folder).trim().split('\n').at(-1)?.split(/\s+/) ?? [];
    return { used: 1_024 * Number(columns[2]), free: 1_024 * Number(columns[3]) };
  };
  const { told, before, after } = await between(df, () => child.start());
  expectWithin(told.values['disk_free_bytes'], before.free, after.free);
  const share = ({ used, free }: { used: number; free: number }): number => used / (used + free);
  expectWithin(told.values['disk_used'], share(before), share(after));
  expectWithin(told.values['disk_total_bytes'], before.used + before.free, after.used + after.free);
});

test("what is written to the disk is what the device's own counters say; or why nobody knows", async () => {
  const folder = tempFolder();
  const child = start({ folder });
  const device = (): number[] => {
    const { dev } = statSync(folder, { bigint: true });
    const place = `${(dev >> 8n) & 0xfffn}:${(dev & 0xffn) | ((dev >> 12n) & 0xfff00n)}`;
    try {
      return readFileSync(`/sys/dev/block/${place}/stat`, 'utf8').trim().split(/\s+/).map(Number);
    } catch {
      return [];
    }
  };
  await child.start();
  const first = await between(device, () => child.turn());
  await child.ask('write 50000000');
  const second = await between(device, () => child.turn());
  if (second.before.length === 0) {
    console.log('The data folder is on no block device here: only the reason is tested.');
    expect(second.told.reasons['disk_write_bytes_per_s']).toMatch(/no device of its own/);
    return;
  }
  const seconds = (second.told.atMs - first.told.atMs) / 1_000;
  const written = seconds * (second.told.values['disk_write_bytes_per_s'] ?? 0);
  const sectors = (one: readonly number[]): number => 512 * (one[6] ?? 0);
  expectWithin(
    written,
    sectors(second.before) - sectors(first.after),
    sectors(second.after) - sectors(first.before),
  );
  expect(written).toBeGreaterThan(45e6);
});

test('network throughput is that of the counters of the interface', async () => {
  const child = start({ loopback: true });
  const received = (): number => numberIn('/sys/class/net/lo/statistics/rx_bytes');
  await child.start();
  const first = await between(received, () => child.turn());
  const server = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await new Promise((resolve) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.end(Buffer.alloc(30_000_000)).once('close', resolve).resume();
  });
  server.close();
  const second = await between(received, () => child.turn());
  const seconds = (second.told.atMs - first.told.atMs) / 1_000;
  const bytes = seconds * (second.told.values['network_receive_bytes_per_s'] ?? 0);
  expectWithin(bytes, second.before - first.after, second.after - first.before);
  expect(bytes).toBeGreaterThan(30e6);
  expect(second.told.values['network_errors_per_s']).toBe(0);
});

/** A place for the child, and what limits it there. */
interface Place {
  readonly through: readonly string[];
  readonly memory: { readonly limit: number; used(): number; readonly origin: string };
  readonly cpu: { readonly limit: number; readonly origin: string };
}

const MB = 1_048_576;
const joining = (groupsOf: readonly string[]): readonly string[] => [
  'sh',
  '-c',
  `${groupsOf.map((group) => `echo $$ > '${group}/cgroup.procs'`).join(' && ')} && exec "$@"`,
  'sh',
];

/** Groups with limits of their own, of version 1 or 2. @throws Error where this user may not make any. */
function ownGroup(): Place {
  const make = (parent: string): string => {
    const group = join(parent, `moonwarden-test-${process.pid}`);
    mkdirSync(group);
    groups.push(group);
    return group;
  };
  const inactive = (group: string, name: string): number =>
    Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(readFileSync(`${group}/memory.stat`, 'utf8'))?.[1]);
  const places = readFileSync('/proc/self/cgroup', 'utf8');
  const ofController = (name: string): string | undefined =>
    new RegExp(`^\\d+:(?:[^:]*,)?${name}(?:,[^:]*)?:(.*)$`, 'm').exec(places)?.[1];
  const [memoryPath, cpuPath] = [ofController('memory'), ofController('cpu')];
  if (memoryPath !== undefined && cpuPath !== undefined) {
    const memory = make(join('/sys/fs/cgroup/memory', memoryPath));
    const cpu = make(join('/sys/fs/cgroup/cpu', cpuPath));
    writeFileSync(`${memory}/memory.limit_in_bytes`, String(512 * MB));
    writeFileSync(`${cpu}/cpu.cfs_quota_us`, '80000');
    const used = (): number =>
      numberIn(`${memory}/memory.usage_in_bytes`) - inactive(memory, 'total_inactive_file');
    return {
      through: joining([memory, cpu]),
      memory: { limit: 512 * MB, used, origin: 'container' },
      cpu: { limit: 0.8, origin: 'container' },
    };
  }
  // Only the root group may hold processes and hand on its controllers.
  const group = make('/sys/fs/cgroup');
  writeFileSync(`${group}/memory.max`, String(512 * MB));
  writeFileSync(`${group}/cpu.max`, '80000 100000');
  const used = (): number => numberIn(`${group}/memory.current`) - inactive(group, 'inactive_file');
  return {
    through: joining([group]),
    memory: { limit: 512 * MB, used, origin: 'container' },
    cpu: { limit: 0.8, origin: 'container' },
  };
}

/** No group with limits: the machine as `free` shows it. */
function machine(): Place {
  const free = (): number[] =>
    (/^Mem:(.*)$/m.exec(outputOf('free', '-b'))?.[1] ?? '').trim().split(/\s+/).map(Number);
  const used = (): number => (free()[0] ?? 0) - (free()[5] ?? 0);
  return {
    through: [],
    memory: { limit: free()[0] ?? 0, used, origin: 'machine' },
    cpu: { limit: availableParallelism(), origin: 'machine' },
  };
}

/** Whether this process is in a group with limits, as in a container: then `free` is no judge. */
const isLimited = ['/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/memory.max'].some(
  (path) => {
    try {
      return numberIn(path) < 2 ** 60;
    } catch {
      return false;
    }
  },
);
const ways: [string, () => Place][] = isLimited ? [] : [['the machine', machine]];
try {
  ownGroup();
  ways.push(['a control group', ownGroup]);
} catch (error) {
  console.log(`No control group can be made here, so that none is tested: ${String(error)}`);
}
for (const group of groups.splice(0)) rmdirSync(group);
if (ways.length === 0) ways.push(['the machine', machine]);

test.each(ways)('memory and CPU are limited by %s', async (_name, make) => {
  const { through, memory, cpu } = make();
  const child = start({ through });
  await child.start();
  await child.ask('hold 100000000');
  const { told, before, after } = await between(memory.used, () => child.turn());
  expect(told.origins).toEqual({ memory: memory.origin, cpu: cpu.origin });
  expect(told.values['host_memory_limit_bytes']).toBe(memory.limit);
  expect(told.values['cpu_limit']).toBe(cpu.limit);
  expectWithin(told.values['host_memory_used_bytes'], before, after);
  expectWithin(told.values['host_memory_used'], before / memory.limit, after / memory.limit);
});

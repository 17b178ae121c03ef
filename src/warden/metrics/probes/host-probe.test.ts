import { expect, test } from 'vitest';
import { FakeClock } from '../../../kernel/index.ts';
import { createHostProbe } from './host-probe.ts';
import { fakeFiles } from './testing/fake-files.ts';

const MB = 1_048_576;
const HEAD = 'x |bytes packets errs drop fifo\n';
const net = (eth: number, lo = 0): string =>
  `${HEAD}eth0: ${eth} 0 ${eth / 100} ${eth / 50} 0 0 0 0 ${2 * eth} 0 0 0 0 0 0 0\nlo: ${lo} 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`;
const base = {
  '/proc/meminfo': 'MemTotal: 4096000 kB\nMemAvailable: 1024000 kB\n',
  '/proc/loadavg': '1.50 2.50 3.50 1/2 3\n',
};
const V2 = '29 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n';
const V1 =
  '33 1 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n34 1 0:31 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n';
const group2 = '/sys/fs/cgroup/a/b';
const v2Files = {
  '/proc/self/cgroup': '0::/a/b\n',
  '/proc/self/mountinfo': V2,
  [`${group2}/memory.max`]: 'max\n',
  [`${group2}/memory.current`]: `${90 * MB}\n`,
  '/sys/fs/cgroup/a/memory.max': `${200 * MB}\n`,
  '/sys/fs/cgroup/a/memory.current': `${150 * MB}\n`,
  '/sys/fs/cgroup/a/memory.stat': `anon 1\ninactive_file ${50 * MB}\n`,
  [`${group2}/cpu.max`]: '150000 100000\n',
  '/sys/fs/cgroup/a/cpu.max': 'max 100000\n',
};
const v1Files = (root: string) => ({
  '/proc/self/cgroup': '5:memory:/docker/c\n2:cpu,cpuacct:/docker/c\n0::/docker/c\n',
  '/proc/self/mountinfo': V1.replaceAll(' / /sys', ` ${root} /sys`),
  [`/sys/fs/cgroup/memory${root === '/' ? '/docker/c' : ''}/memory.limit_in_bytes`]: `${300 * MB}\n`,
  [`/sys/fs/cgroup/memory${root === '/' ? '/docker/c' : ''}/memory.usage_in_bytes`]: `${100 * MB}\n`,
  [`/sys/fs/cgroup/memory${root === '/' ? '/docker/c' : ''}/memory.stat`]: `total_inactive_file ${40 * MB}\n`,
  [`/sys/fs/cgroup/cpu,cpuacct${root === '/' ? '/docker/c' : ''}/cpu.cfs_quota_us`]: '50000\n',
  [`/sys/fs/cgroup/cpu,cpuacct${root === '/' ? '/docker/c' : ''}/cpu.cfs_period_us`]: '100000\n',
});
const free = {
  limit: 4_096_000 * 1_024,
  used: 3_072_000 * 1_024,
  cpus: 4,
  memory: 'machine',
  cpu: 'machine',
};

test.each<[string, Record<string, string>, typeof free]>([
  ['no control groups', {}, free],
  [
    'version 2, a group around it has the limit',
    v2Files,
    { limit: 200 * MB, used: 100 * MB, cpus: 1.5, memory: 'container', cpu: 'container' },
  ],
  [
    'version 1',
    v1Files('/'),
    { limit: 300 * MB, used: 60 * MB, cpus: 0.5, memory: 'container', cpu: 'container' },
  ],
  [
    'version 1, seen from inside a container',
    v1Files('/docker/c'),
    { limit: 300 * MB, used: 60 * MB, cpus: 0.5, memory: 'container', cpu: 'container' },
  ],
  [
    'both: version 2 without controllers',
    { ...v1Files('/'), '/proc/self/mountinfo': V1 + V2 },
    { limit: 300 * MB, used: 60 * MB, cpus: 0.5, memory: 'container', cpu: 'container' },
  ],
  [
    '"max" everywhere',
    { ...v2Files, '/sys/fs/cgroup/a/memory.max': 'max\n', [`${group2}/cpu.max`]: 'max 100000\n' },
    free,
  ],
  [
    'a limit above what the machine has',
    { ...v2Files, '/sys/fs/cgroup/a/memory.max': '10000000000000\n', [`${group2}/cpu.max`]: '9900000 100000' },
    free,
  ],
  ['a group outside of what is seen', { ...v2Files, '/proc/self/cgroup': '0::/../x\n' }, free],
])('limits with %s', (_name, files, expected) => {
  const probe = createHostProbe({
    clock: new FakeClock(),
    files: fakeFiles({ ...base, ...files }),
    cpus: () => 4,
  });
  const readings = probe.read();
  expect({
    limit: readings['host_memory_limit_bytes']?.value,
    used: readings['host_memory_used_bytes']?.value,
    cpus: readings['cpu_limit']?.value,
    ...probe.origins(),
  }).toEqual(expected);
});

test('rates are those between two readings, without loopback', async () => {
  const clock = new FakeClock();
  const texts: Record<string, string> = {
    ...base,
    '/proc/stat': 'cpu 100 0 0 900 0\n',
    '/proc/net/dev': net(1_000, 5),
  };
  const probe = createHostProbe({ clock, files: fakeFiles(texts), cpus: () => 4 });
  expect(probe.read()['host_cpu']).toEqual({ value: null, reason: 'the first interval is not over yet' });
  await clock.advance(5_000);
  texts['/proc/stat'] = 'cpu 130 0 0 960 10\n';
  texts['/proc/net/dev'] = net(11_000, 5_000);
  expect(probe.read()).toMatchObject({
    host_cpu: { value: 0.3 },
    host_load_5m: { value: 2.5 },
    network_receive_bytes_per_s: { value: 2_000 },
    network_transmit_bytes_per_s: { value: 4_000 },
    network_errors_per_s: { value: 20 },
    network_drops_per_s: { value: 40 },
  });
  await clock.advance(5_000);
  // The interface was made anew.
  texts['/proc/net/dev'] = net(100);
  expect(probe.read()['network_receive_bytes_per_s']).toEqual({ value: 0, reason: null });
});

test('without /proc all but the CPUs of the process is unknown, with a reason', () => {
  const probe = createHostProbe({ clock: new FakeClock(), files: fakeFiles({}), cpus: () => 3 });
  const { cpu_limit: cpuLimit, ...others } = probe.read();
  expect(cpuLimit).toEqual({ value: 3, reason: null });
  for (const [name, { value, reason }] of Object.entries(others)) {
    expect(value, name).toBeNull();
    expect(reason, name).toMatch(/^this system does not tell \(\/proc/);
  }
});

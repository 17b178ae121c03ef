import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as cgroup from './parse-cgroup.ts';
import * as proc from './parse-proc.ts';

test.each<[string, string, proc.CpuTimes | null]>([
  ['Linux 6', 'cpu  100 5 30 800 20 1 2 3 9 9\ncpu0 1 1 1 1\n', { busy: 141, total: 961 }],
  ['Linux 2.4', 'cpu  100 5 30 800\n', { busy: 135, total: 935 }],
  ['one core and no sum', 'cpu0 1 2 3 4 5 6 7 8\n', null],
  ['a word', 'cpu 1 2 x 4 5\n', null],
  ['nothing', '', null],
])('CPU times of %s', (_name, text, times) => {
  expect(proc.parseCpuTimes(text)).toEqual(times);
});

test.each<[string, readonly number[] | null]>([
  ['0.52 0.58 0.59 2/1043 12345\n', [0.52, 0.58, 0.59]],
  ['0.52 0.58\n', null],
  ['high', null],
])('load %j', (text, load) => {
  expect(proc.parseLoad(text)).toEqual(load);
});

test.each<[string, string, proc.MachineMemory | null]>([
  [
    'Linux 6',
    'MemTotal:  1000 kB\nMemFree:  100 kB\nMemAvailable:  600 kB\nCached: 300 kB\n',
    { totalBytes: 1_024_000, availableBytes: 614_400 },
  ],
  [
    'Linux 3.2',
    'MemTotal:  1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 300 kB\nSwapCached: 7 kB\n',
    { totalBytes: 1_024_000, availableBytes: 460_800 },
  ],
  [
    'more available than there is',
    'MemTotal: 10 kB\nMemAvailable: 20 kB\n',
    { totalBytes: 10_240, availableBytes: 10_240 },
  ],
  ['no total', 'MemFree: 100 kB\n', null],
  ['nothing free', 'MemTotal: 100 kB\n', null],
])('memory of %s', (_name, text, memory) => {
  expect(proc.parseMeminfo(text)).toEqual(memory);
});

const HEAD =
  'Inter-|   Receive  |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes\n';
test('network counters, also where old kernels leave no space, and alias names with colons', () => {
  const text = `${HEAD}    lo: 10 1 0 0 0 0 0 0 10 1 0 0 0 0 0 0\n eth0:200 2 3 4 0 0 0 0 300 5 6 7 0 0 0 0\neth0:1: 1 1 1 1 1 1 1 1 1 1 1 1\n  bad: x\n short: 1 2 3\n`;
  expect([...(proc.parseNetDev(text) ?? [])]).toEqual([
    ['lo', { receivedBytes: 10, sentBytes: 10, errors: 0, drops: 0 }],
    ['eth0', { receivedBytes: 200, sentBytes: 300, errors: 9, drops: 11 }],
    ['eth0:1', { receivedBytes: 1, sentBytes: 1, errors: 2, drops: 2 }],
  ]);
  expect(proc.parseNetDev('eth0: 1 2 3')).toBeNull();
});

test('disk counters of new kernels, of partitions on old ones, and of lines that are none', () => {
  const text =
    ' 254 0 vda 9 1 20 3 4 5 60 7 0 800 9 1 2 3 4 5 6\n 8 1 sda1 1 2 3 4\n odd\n 8 x sdb 1 2 3 4 5 6 7 8 9 10 11\n';
  expect(proc.parseDiskstats(text)).toEqual([
    { major: 254, minor: 0, name: 'vda', readBytes: 10_240, writtenBytes: 30_720, busyMs: 800 },
    { major: 8, minor: 1, name: 'sda1', readBytes: 1_024, writtenBytes: 2_048, busyMs: null },
  ]);
});

test.each<[string, number | null]>([
  [
    'Limit   Soft Limit  Hard Limit  Units\nMax open files            1024                 524288               files\n',
    1_024,
  ],
  ['Max open files            unlimited            unlimited            files\n', Infinity],
  ['Max open files            some                 more                 files\n', null],
  ['', null],
])('limit of open files %#', (text, limit) => {
  expect(proc.parseOpenFilesLimit(text)).toBe(limit);
});

test('mounts with and without optional columns, and names with spaces', () => {
  const text =
    '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard\n' +
    '36 35 98:0 /mnt1 /my\\040disk rw master:1 shared:2 - btrfs /dev/sda1 rw,errors=continue\n' +
    'odd\n1 2 3:x / / rw - a b c\n';
  expect(proc.parseMountinfo(text)).toEqual([
    {
      major: 254,
      minor: 0,
      root: '/',
      mountPoint: '/',
      fileSystem: 'ext4',
      source: '/dev/vda',
      superOptions: ['rw', 'discard'],
    },
    {
      major: 98,
      minor: 0,
      root: '/mnt1',
      mountPoint: '/my disk',
      fileSystem: 'btrfs',
      source: '/dev/sda1',
      superOptions: ['rw', 'errors=continue'],
    },
  ]);
});

test('places in control groups of version 1, 2 and both', () => {
  expect(cgroup.parseProcCgroup('4:memory:/a\n2:cpu,cpuacct:/b:c\n1:name=systemd:/\n0::/d\nodd\n')).toEqual([
    { controllers: ['memory'], path: '/a' },
    { controllers: ['cpu', 'cpuacct'], path: '/b:c' },
    { controllers: ['name=systemd'], path: '/' },
    { controllers: [], path: '/d' },
  ]);
});

test.each<[string, number | null]>([
  ['max\n', Infinity],
  ['-1\n', Infinity],
  ['9223372036854771712\n', Infinity],
  ['536870912\n', 536_870_912],
  ['-7\n', null],
  ['lots', null],
  ['', null],
])('limit of memory %j', (text, limit) => {
  expect(cgroup.parseBytesLimit(text)).toBe(limit);
});

test.each<[string, number | null]>([
  ['max 100000\n', Infinity],
  ['150000 100000\n', 1.5],
  ['150000 0\n', null],
  ['0 100000\n', null],
  ['150000', null],
  ['1 2 3', null],
])('quota of version 2 %j', (text, quota) => {
  expect(cgroup.parseCpuMax(text)).toBe(quota);
});

test.each<[string, string, number | null]>([
  ['-1\n', '100000\n', Infinity],
  ['50000\n', '100000\n', 0.5],
  ['50000\n', '', null],
  ['', '100000', null],
])('quota of version 1 %j %j', (quota, period, cpus) => {
  expect(cgroup.parseCfsQuota(quota, period)).toBe(cpus);
});

test('cache that can be dropped, of the group with those below it where that is told', () => {
  expect(cgroup.parseInactiveFile('anon 1\ninactive_file 20\n')).toBe(20);
  expect(cgroup.parseInactiveFile('inactive_file 20\ntotal_inactive_file 50\n')).toBe(50);
  expect(cgroup.parseInactiveFile('inactive_file x\n')).toBeNull();
});

test('no text makes a parser throw, or gives a number that is negative or none', () => {
  const token = fc.constantFrom(
    'cpu',
    'MemTotal:',
    'kB',
    'max',
    '-1',
    'bytes packets errs drop',
    '|',
    ':',
    '/',
    '-',
    '\n',
    ' ',
    '0',
    '17',
    '99999999999999999999',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(token, { maxLength: 40 }).map((words) => words.join(' ')),
  );
  const parsers: readonly ((text: string) => unknown)[] = [
    proc.parseCpuTimes,
    proc.parseLoad,
    proc.parseMeminfo,
    proc.parseNetDev,
    proc.parseDiskstats,
    proc.parseOpenFilesLimit,
    proc.parseMountinfo,
    cgroup.parseProcCgroup,
    cgroup.parseBytesLimit,
    cgroup.parseBytes,
    cgroup.parseInactiveFile,
    cgroup.parseCpuMax,
    (one) => cgroup.parseCfsQuota(one, '100000'),
  ];
  const numbersIn = (value: unknown): number[] => {
    if (typeof value === 'number') return [value];
    if (value instanceof Map) return [...value.values()].flatMap(numbersIn);
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
  };
  fc.assert(
    fc.property(text, (one) => {
      for (const parse of parsers)
        for (const number of numbersIn(parse(one))) expect(number).toBeGreaterThanOrEqual(0);
    }),
  );
});

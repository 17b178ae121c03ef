import { expect, test } from 'vitest';
import { FakeClock } from '../../../kernel/index.ts';
import { createDiskProbe } from './disk-probe.ts';
import { deviceNumbers } from './system-files.ts';
import { fakeFiles } from './testing/fake-files.ts';

const figures = { totalBytes: 1_000, freeBytes: 400, availableBytes: 300, inodes: 50, freeInodes: 40 };
const stats = (read: number, written: number, busy: number): string =>
  ` 8 1 sda1 0 0 ${read} 0 0 0 ${written} 0 0 ${busy} 0\n`;

test.each([
  ['its own device', { major: 8, minor: 1 }, ''],
  ['a device named as its source', { major: 0, minor: 42 }, '1 2 0:42 / /data rw - btrfs /dev/sda1 rw\n'],
])('space and throughput of a folder on %s', async (_name, device, mountinfo) => {
  const clock = new FakeClock();
  const texts: Record<string, string> = {
    '/proc/diskstats': stats(10, 20, 0),
    '/proc/self/mountinfo': mountinfo,
  };
  const files = fakeFiles(texts, {
    fileSystem: () => Promise.resolve(figures),
    deviceOf: () => Promise.resolve(device),
  });
  const read = createDiskProbe({ clock, files, folder: '/data' });
  const first = await read();
  expect(first).toMatchObject({
    disk_total_bytes: { value: 900 },
    disk_free_bytes: { value: 300 },
    disk_used: { value: 600 / 900 },
    disk_read_bytes_per_s: { value: null, reason: 'the first interval is not over yet' },
  });
  expect(first['disk_inodes_used']?.value).toBeCloseTo(0.2, 10);
  await clock.advance(2_000);
  texts['/proc/diskstats'] = stats(30, 60, 500);
  expect(await read()).toMatchObject({
    disk_read_bytes_per_s: { value: 5_120 },
    disk_write_bytes_per_s: { value: 10_240 },
    disk_busy: { value: 0.25 },
  });
});

test('a folder in memory has space and no device; one that is gone has nothing', async () => {
  const clock = new FakeClock();
  const texts = {
    '/proc/diskstats': stats(1, 2, 3),
    '/proc/self/mountinfo': '1 2 0:9 / /data rw - tmpfs none rw\n',
  };
  const files = fakeFiles(texts, {
    fileSystem: () => Promise.resolve({ ...figures, inodes: 0 }),
    deviceOf: () => Promise.resolve({ major: 0, minor: 9 }),
  });
  expect(await createDiskProbe({ clock, files, folder: '/data' })()).toMatchObject({
    disk_free_bytes: { value: 300 },
    disk_inodes_used: { value: null },
    disk_busy: {
      value: null,
      reason: 'the file system (tmpfs) has no device of its own whose I/O is counted',
    },
  });
  await expect(createDiskProbe({ clock, files: fakeFiles({}), folder: '/gone' })()).rejects.toThrow('ENOENT');
});

test.each<[bigint, number, number]>([
  [0xfe00n, 254, 0],
  [0x10305n, 259, 5],
  [0x100801n, 8, 257],
])('device numbers of %s', (dev, major, minor) => {
  expect(deviceNumbers(dev)).toEqual({ major, minor });
});

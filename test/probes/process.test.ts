import { readFileSync, readdirSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { between, isWithin, outputOf, startChild, type Child, type ChildOptions } from './child.ts';

const children: Child[] = [];
const start = (options?: ChildOptions): Child => {
  const child = startChild(options);
  children.push(child);
  return child;
};
afterEach(async () => {
  for (const child of children.splice(0)) await child.end();
});

/** Within 5 %: the quantity itself, as everybody else reads it. */
const expectWithin = (value: number | undefined, one: number, other: number): void => {
  expect(isWithin(value, one, other), `${value} between ${one} and ${other}`).toBe(true);
};

/** CPU time so far, in ms: utime and stime, in ticks of 10 ms. */
const cpuMsOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const columns = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(columns[11]) + Number(columns[12]));
};

test('resident memory is that of ps', async () => {
  const child = start();
  await child.start();
  const rss = (): number => 1_024 * Number(outputOf('ps', '-o', 'rss=', '-p', String(child.pid)));
  const small = await between(rss, () => child.turn());
  expectWithin(small.told.values['process_rss_bytes'], small.before, small.after);
  await child.ask('hold 150000000');
  const large = await between(rss, () => child.turn());
  expectWithin(large.told.values['process_rss_bytes'], large.before, large.after);
  expect(large.after).toBeGreaterThan(small.after + 140e6);
  expect((large.told.values['external_bytes'] ?? 0) - (small.told.values['external_bytes'] ?? 0)).toBeCloseTo(
    150e6,
    -7,
  );
});

test('CPU is what the kernel has counted', async () => {
  const child = start();
  await child.start();
  const cpu = (): number => cpuMsOf(child.pid);
  const first = await between(cpu, () => child.turn());
  await child.ask('burn 4000');
  const second = await between(cpu, () => child.turn());
  const elapsedMs = second.told.atMs - first.told.atMs;
  const least = (second.before - first.after) / elapsedMs;
  const most = (second.after - first.before) / elapsedMs;
  expect(most).toBeGreaterThan(0.1);
  expectWithin(second.told.values['process_cpu'], least, most);
});

test('open files are those that the kernel shows, and the limit is the one that was set', async () => {
  const child = start({ through: ['sh', '-c', 'ulimit -n 777; exec "$@"', 'sh'] });
  await child.start();
  const open = (): number => readdirSync(`/proc/${child.pid}/fd`).length;
  const few = await between(open, () => child.turn());
  expect([few.before, few.after]).toContain(few.told.values['process_open_fds']);
  await child.ask('open 60');
  const many = await between(open, () => child.turn());
  expect([many.before, many.after]).toContain(many.told.values['process_open_fds']);
  expect(many.after).toBe(few.after + 60);
  expect(many.told.values['process_max_fds']).toBe(777);
});

test('a blocked event loop shows in the interval in which it was blocked, and in no other', async () => {
  const child = start();
  await child.start();
  await child.turn();
  const first = await child.turn();
  const { blockedMs = 0 } = await child.ask('block 2000');
  await child.ask('rest 500');
  const second = await child.turn();
  expectWithin(second.values['event_loop_delay_max_s'], blockedMs / 1_000, blockedMs / 1_000);
  const elapsedMs = second.atMs - first.atMs;
  const utilization = second.values['event_loop_utilization'] ?? 0;
  expect(utilization).toBeGreaterThan(0.95 * (blockedMs / elapsedMs));
  expect(utilization).toBeLessThan(1);
  await child.ask('rest 1000');
  const third = await child.turn();
  expect(third.values['event_loop_delay_max_s']).toBeLessThan(blockedMs / 2_000);
  expect(third.values['event_loop_utilization']).toBeLessThan(utilization);
});

test('the live set and the pause of a major collection are those of the collector', async () => {
  const child = start();
  const { reasons } = await child.start();
  expect(reasons['heap_live_bytes']).toBe('there was no major garbage collection yet');
  await child.ask('keep 600000');
  await child.turn();
  const { liveBytes = 0, pauseMs = 0 } = await child.ask('collect');
  expect(liveBytes).toBeGreaterThan(20e6);
  const { values } = await child.turn();
  expectWithin(values['heap_live_bytes'], liveBytes, liveBytes);
  expectWithin(values['gc_pause_major_s'], pauseMs / 1_000, pauseMs / 1_000);
});

import { expect, test } from 'vitest';
import { FakeClock } from '../../../kernel/index.ts';
import { createProcessProbe } from './process-probe.ts';
import type { GcPause, ProcessRuntime } from './process-runtime.ts';
import { fakeFiles } from './testing/fake-files.ts';

test('CPU, utilisation and pauses are those of the interval; what is left after a major collection stays known', async () => {
  const fake = new FakeClock();
  let totals = { cpuMs: 500, idleMs: 100, activeMs: 100 };
  let collected: (pause: GcPause) => void = () => undefined;
  let ended = 0;
  const runtime: ProcessRuntime = {
    memory: () => ({
      rssBytes: 5,
      heapUsedBytes: 3,
      heapTotalBytes: 4,
      heapLimitBytes: 10,
      externalBytes: 1,
    }),
    heapUsedBytes: () => 2,
    cpuMs: () => totals.cpuMs,
    loop: () => totals,
    activeResources: () => 9,
    onGc(listener) {
      collected = listener;
      return () => (ended += 1);
    },
  };
  const limits = {
    '/proc/self/limits': 'Max open files            100                  200                  files\n',
  };
  const files = fakeFiles(limits, { countEntries: () => Promise.resolve(31) });
  const probe = createProcessProbe({ clock: fake, runtime, files });
  probe.start();
  probe.start();
  expect(probe.read()).toMatchObject({
    process_cpu: { value: null, reason: 'the first interval is not over yet' },
    process_rss_bytes: { value: 5 },
    heap_live_bytes: { value: null, reason: 'there was no major garbage collection yet' },
    gc_time: { value: null },
  });
  await fake.advance(5_000);
  totals = { cpuMs: 2_000, idleMs: 3_850, activeMs: 1_350 };
  collected({ kind: 'minor', pauseMs: 4 });
  collected({ kind: 'minor', pauseMs: 6 });
  collected({ kind: 'major', pauseMs: 40 });
  expect(probe.read()).toMatchObject({
    process_cpu: { value: 0.3 },
    event_loop_utilization: { value: 0.25 },
    heap_live_bytes: { value: 2 },
    gc_pause_minor_s: { value: 0.01 },
    gc_pause_major_s: { value: 0.04 },
    gc_pause_max_s: { value: 0.04 },
    gc_time: { value: 0.01 },
  });
  await fake.advance(5_000);
  expect(probe.read()).toMatchObject({
    process_cpu: { value: 0 },
    gc_pause_major_s: { value: 0 },
    gc_pause_max_s: { value: 0 },
    heap_live_bytes: { value: 2 },
  });
  expect(await probe.readDear()).toEqual({
    process_open_fds: { value: 30, reason: null },
    process_max_fds: { value: 100, reason: null },
    process_active_resources: { value: 9, reason: null },
  });
  probe.stop();
  expect(ended).toBe(1);
  const elsewhere = createProcessProbe({ clock: fake, runtime, files: fakeFiles({}) });
  expect(await elsewhere.readDear()).toMatchObject({
    process_open_fds: { value: null, reason: expect.stringContaining('/proc/self') as string },
    process_max_fds: { value: null },
  });
});

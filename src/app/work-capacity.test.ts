import { expect, it } from 'vitest';
import { FakeClock } from '../kernel/index.ts';
import { createWorkCapacity } from './work-capacity.ts';

const minutes = async (
  quota: (minute: number) => { used: number; limit: number },
  backlog: (minute: number) => number,
): Promise<Record<string, number | null>> => {
  const clock = new FakeClock();
  const capacity = createWorkCapacity(clock);
  let told: Record<string, number | null> = {};
  for (let minute = 0; minute <= 10; minute++) {
    if (minute > 0) await clock.advance(60_000);
    told = Object.fromEntries(
      capacity(quota(minute), backlog(minute)).map(({ signal, value }) => [signal, value]),
    );
  }
  return told;
};

it('tells when the quota and the backlog are full, each by itself', async () => {
  const growing = await minutes(
    (minute) => ({ used: 10 * minute, limit: 300 }),
    (minute) => 12 * minute,
  );
  expect(growing['quota_full_in_s']).toBeCloseTo(20 * 60, 3);
  expect(growing['backlog_full_in_s']).toBeCloseTo(2.5 * 60, 3);
});

it('tells nothing of what does not grow, and 0 of what is full', async () => {
  const steady = await minutes(
    () => ({ used: 150, limit: 300 }),
    (minute) => 20 - minute,
  );
  expect(steady).toEqual({ quota_full_in_s: null, backlog_full_in_s: null });
  const full = await minutes(
    () => ({ used: 0, limit: 0 }),
    () => 150,
  );
  expect(full).toEqual({ quota_full_in_s: 0, backlog_full_in_s: 0 });
});

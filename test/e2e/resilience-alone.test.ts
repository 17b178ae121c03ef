import { describe, expect, it } from 'vitest';
import { loadedBy } from './loaded-by.ts';

describe('moonwarden/resilience', () => {
  it('loads the kernel and itself, and nothing else', async () => {
    const { ours, others, stdout } = await loadedBy(
      `import { createDependency } from 'moonwarden/resilience';
       const api = createDependency({ name: 'api' });
       console.log(await api.execute(async () => 'works'), api.report().state);`,
    );
    expect(stdout.trim()).toBe('works closed');
    expect(ours.length).toBeGreaterThan(30);
    expect(ours.filter((file) => !/^dist\/(?:kernel|warden\/resilience)\//.test(file))).toEqual([]);
    expect(others).toEqual([]);
  });

  it('ends by itself: nothing that it made holds the process up', async () => {
    const { stdout } = await loadedBy(
      `import { createDependency } from 'moonwarden/resilience';
       const api = createDependency({ name: 'api', quotas: { calls: { limit: 5 } }, bulkhead: { limit: 2 },
         probe: { run: () => undefined } });
       for (let call = 0; call < 5; call++) await api.execute(() => 1, { quota: 'calls' });
       console.log('done');`,
    );
    expect(stdout.trim()).toBe('done');
  }, 20_000);
});

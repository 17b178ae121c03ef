import { describe, expect, test } from 'vitest';
import { loadedBy } from './loaded-by.ts';

describe('moonwarden as a library', () => {
  test('loads the toolkit and what computes cron, and no host, store or server', async () => {
    const { ours, others, stdout } = await loadedBy(
      `import { createWarden } from 'moonwarden';
       console.log(createWarden().health().sentence);`,
    );
    expect(stdout.trim()).toBe('Not started.');
    expect(ours.filter((file) => !/^dist\/(?:index\.js$|kernel\/|library\/|warden\/)/.test(file))).toEqual(
      [],
    );
    expect(ours).toContain('dist/library/warden.js');
    expect([...new Set(others.map((file) => file.split('/')[1]))]).toEqual(['croner']);
  });

  test('holds no process up by watching, with thread, measurements and a dependency under way', async () => {
    const { stdout, stderr } = await loadedBy(
      `import { createWarden } from 'moonwarden';
       const warden = createWarden({ turnMs: 100, log: 'json' });
       warden.signal('one', () => 1, { warning: 5 });
       warden.dependency({ name: 'api', probe: { run: () => undefined } });
       warden.start();
       setTimeout(() => console.log(warden.health().sentence, warden.signals().length > 40), 500);`,
    );
    expect(stdout.trim()).toBe('Healthy. None of its 12 rules finds anything wrong. true');
    expect(stderr).toBe('');
  }, 20_000);

  test('jobs hold it up until it is stopped; then nothing is left that does', async () => {
    const { stdout } = await loadedBy(
      `import { createWarden } from 'moonwarden';
       const warden = createWarden();
       let runs = 0;
       warden.job('work', { everyMs: 50 }, async () => {
         runs += 1;
         if (runs === 3) void warden.stop().then(() => console.log(runs, warden.health().sentence));
       });
       warden.start();`,
    );
    expect(stdout.trim()).toBe('3 Stopped.');
  }, 20_000);

  test('tells where the event loop was blocked', async () => {
    const { stdout } = await loadedBy(
      `import { createWarden } from 'moonwarden';
       const warden = createWarden({ turnMs: 100, log: 'none', watchdog: { limitMs: 200 } });
       warden.on('condition', ({ rule, sentence }) => { console.log(rule, sentence); clearInterval(work); });
       warden.start();
       const work = setInterval(function parseHuge() { for (const t = Date.now(); Date.now() - t < 800; ); }, 1_500);`,
    );
    expect(stdout).toMatch(/^loop\.blocked The event loop was blocked for .* s in parseHuge /);
  }, 20_000);
});

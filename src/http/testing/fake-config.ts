import type { ConfigBody, ConfigReport } from '../../contract/index.ts';
import { MoonwardenError } from '../../kernel/index.ts';
import type { ConfigPort } from '../ports.ts';

/** One setting, `log.level`, that takes everything but `loud`. */
export interface FakeConfig extends ConfigPort {
  readonly asked: (readonly [body: ConfigBody, who: string])[];
}

export function createFakeConfig(clock: { now(): number }): FakeConfig {
  const asked: FakeConfig['asked'] = [];
  let value: unknown = 'info';
  return {
    asked,
    report: (): ConfigReport => ({
      at: clock.now(),
      hash: 'abc',
      acceptedAt: clock.now(),
      file: 'config/monitoring.json',
      refused: null,
      items: [
        {
          path: 'log.level',
          value,
          source: 'default',
          live: true,
          inForce: value,
          waits: false,
          about: 'Lines below this level are not written.',
        },
      ],
    }),
    change(body, who) {
      asked.push([body, who]);
      const to = body.set?.['log.level'];
      if (to === 'loud')
        throw new MoonwardenError('CONFIG_INVALID', '1 value is not valid', {
          faults: [{ path: 'log.level', message: 'is no level' }],
        });
      const from = value;
      value = to ?? 'info';
      const changes = from === value ? [] : [{ path: 'log.level', from, to: value, live: true }];
      return Promise.resolve({ hash: 'abc', changes, sentence: 'Done.' });
    },
  };
}

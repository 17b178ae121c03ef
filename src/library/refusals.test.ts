import { expect, test } from 'vitest';
import type { WardenOptions } from './options.ts';
import { createWarden, type Warden } from './warden.ts';

test.each<[string, (made: Warden) => unknown]>([
  [
    'createWarden: nam is not known here; there are name, log',
    () => createWarden({ nam: 'x' } as WardenOptions),
  ],
  [
    'turnMs must be a time in ms, from 50 to 3600000, not 10; recovery.mode must be one of act, observe, not "go"',
    () => createWarden({ turnMs: 10, recovery: { mode: 'go' as 'act' } }),
  ],
  ['watchdog.limitMs must be', () => createWarden({ watchdog: { limitMs: 5 } })],
  ['log must be one of auto, text, json, none, not "loud"', () => createWarden({ log: 'loud' as 'text' })],
  ['createWarden: it must be an object, not 5', () => createWarden(5 as WardenOptions)],
  [
    'signal a b: name must be a name',
    (made) => {
      made.signal('a b', () => 1);
    },
  ],
  [
    'signal q: read must be a function, not 5',
    (made) => {
      made.signal('q', 5 as never);
    },
  ],
  [
    'signal q: q is there already',
    (made) => {
      made.signal('q', () => 1);
      made.signal('q', () => 1);
    },
  ],
  [
    'rule q: q is there already',
    (made) => {
      made.signal('q', () => 1, { warning: 1 });
      made.rule({ name: 'q', signal: 'q', warning: 2 });
    },
  ],
  [
    'probe: probe must be a function',
    (made) => {
      made.probe([] as never);
    },
  ],
  [
    'action a: ends must be a text or a list of texts, not []',
    (made) => {
      made.action('a', [], () => 1);
    },
  ],
  [
    'step must be one of soft, medium, hard, not "manual"',
    (made) => {
      made.action('a', 'q', () => 1, { step: 'manual' as 'soft' });
    },
  ],
  [
    'action a: q is the name of no rule',
    (made) => {
      made.action('a', 'q', () => 1);
      made.start();
    },
  ],
  [
    'job j: schedule.everyMs must be a number of at least 1, not 0',
    (made) => {
      made.job('j', { everyMs: 0 }, () => 1);
    },
  ],
  [
    'job j: every is not known here',
    (made) => {
      made.job('j', { everyMs: 5 }, () => 1, { every: 1 } as object);
    },
  ],
  ['dependency: name is missing', (made) => made.dependency({} as { name: string })],
  ['dependency d: timeout must be', (made) => made.dependency({ name: 'd', timeout: -1 })],
  [
    'dependency: retires is not known here',
    (made) => made.dependency({ name: 'd', retires: 1 } as { name: string }),
  ],
  [
    'on: event must be one of condition, recovery, health, not "changed"',
    (made) => made.on('changed' as 'health', () => undefined),
  ],
])('is refused with one clear error: %s', (message, act) => {
  const caught = (): unknown => {
    try {
      return act(createWarden({ resources: false, watchdog: false, log: 'none' }));
    } catch (error) {
      return error;
    }
  };
  expect(caught()).toMatchObject({
    name: 'MoonwardenError',
    code: 'OPTIONS_INVALID',
    message: expect.stringContaining(message) as string,
  });
});

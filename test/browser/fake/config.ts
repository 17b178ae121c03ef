import type { ConfigBody, ConfigChange, ConfigReport, ConfigResult } from '../../../src/contract/index.ts';
import type { FakeWorld } from './world.ts';

type Item = ConfigReport['items'][number];
type Faults = { readonly path: string; readonly message: string }[];

const FILE = '/etc/moonwarden/monitoring.json';

const item = (path: string, value: unknown, source: string, live: boolean, about: string): Item => ({
  path,
  value,
  source,
  live,
  inForce: value,
  waits: false,
  about,
});

const ITEMS: readonly Item[] = [
  item(
    'http.host',
    '127.0.0.1',
    'default',
    false,
    'Address to listen on. Anything but loopback needs an access token.',
  ),
  item('http.port', '8000', 'command line', false, 'Port to listen on; 0 takes a free one.'),
  item('http.tls_cert_file', null, 'default', false, 'Certificate (PEM), to serve over TLS.'),
  item('dexscreener.url', 'https://api.dexscreener.com', 'environment', false, 'Address of the API.'),
  item('dexscreener.timeout', '4s', 'default', true, 'A request that takes longer is given up.'),
  item(
    'tokens.check_interval',
    '60s',
    'default',
    true,
    'How often all pools of a token in monitoring are read.',
  ),
  item('tokens.min_score', 0.1, FILE, false, 'A token whose smoothed score reaches this is hot.'),
  item(
    'rules.override',
    {},
    'default',
    true,
    'Changes to default rules, by name: numbers of a level, `off`.',
  ),
  item(
    'rules.custom',
    [{ name: 'my.api_slow', kind: 'threshold', signal: 'api_p95_s', warning: { enter: 2, leave: 1.5 } }],
    FILE,
    true,
    'Rules of your own.',
  ),
  item('recovery.mode', 'act', 'default', true, '`observe` says what it would do, and does nothing.'),
  item('recovery.supervised', false, 'default', true, 'Something starts the process again when it ends.'),
  item('log.level', 'info', FILE, true, 'Lines below this level are not written.'),
];

/** The configuration of the invented service: it changes as it is asked to. */
export class FakeConfig {
  readonly asked: ConfigBody[] = [];
  /** Why its file is not in force. */
  refused: ConfigReport['refused'] = null;
  readonly #world: FakeWorld;
  #runTime: Record<string, unknown> = {};

  constructor(world: FakeWorld) {
    this.#world = world;
  }

  /** Its file is refused, and some was set at run time. */
  trouble(): void {
    const at = this.#world.now() - 40 * 60_000;
    this.refused = {
      since: at,
      at,
      reason: '2 values are not valid',
      faults: [
        { path: 'tokens.check_interval', message: `is not a duration: "often" (from ${FILE})` },
        {
          path: 'rules.custom.0.kind',
          message: `the kind is missing; it is one of threshold, rate (from ${FILE})`,
        },
      ],
    };
    this.change({ set: { 'log.level': 'debug' }, why: 'to see what it waits for' });
    this.change({ set: { 'tokens.min_score': '0.2' } });
    this.asked.length = 0;
  }

  report(): ConfigReport {
    return {
      at: this.#world.now(),
      hash: 'a0e687db49fd',
      acceptedAt: this.#world.startedAt,
      file: FILE,
      refused: this.refused,
      items: ITEMS.map((each) => this.#inForce(each)),
    };
  }

  #inForce(each: Item): Item {
    if (!Object.hasOwn(this.#runTime, each.path)) return each;
    const value = this.#runTime[each.path];
    return { ...each, value, source: 'run time', waits: !each.live };
  }

  change({ set = {}, revert = [], why }: ConfigBody): ConfigResult | { readonly faults: Faults } {
    this.asked.push({
      ...(Object.keys(set).length > 0 ? { set } : { revert }),
      ...(why !== undefined && { why }),
    });
    const faults = Object.entries(set).flatMap(([path, value]) => faultsOf(path, value));
    if (faults.length > 0) return { faults };
    const before = this.report().items;
    this.#runTime = {
      ...Object.fromEntries(
        Object.entries(this.#runTime).filter(([path]) => revert !== 'all' && !revert.includes(path)),
      ),
      ...set,
    };
    const changes: ConfigChange[] = this.report().items.flatMap(({ path, value, live }, index) => {
      const from = before[index]?.value;
      return JSON.stringify(from) === JSON.stringify(value) ? [] : [{ path, from, to: value, live }];
    });
    const sentence =
      changes.length === 0
        ? 'Nothing has changed.'
        : `Changed: ${changes.map(({ path }) => path).join(', ')} (in force now).`;
    if (changes.length > 0)
      this.#world.record({
        type: 'config.changed',
        at: this.#world.now(),
        subject: null,
        reason: `The configuration changed by laptop. ${sentence}`,
        data: { hash: 'a0e687db49fd', via: 'api', who: 'laptop', why: why ?? null, changes },
      });
    return { hash: 'a0e687db49fd', changes, sentence };
  }
}

function faultsOf(path: string, value: unknown): Faults {
  if (path === 'log.level' && !['debug', 'info', 'warning'].includes(String(value)))
    return [{ path, message: 'Invalid option: expected one of "debug"|"info"|"warning" (from run time)' }];
  if (path === 'rules.custom' && !Array.isArray(value))
    return [{ path: `${path}.0.kind`, message: 'is missing' }];
  return [];
}

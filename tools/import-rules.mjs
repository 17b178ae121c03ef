// @ts-check
// Over 350 lines because who may import whom is one table, to be read as a whole.
/**
 * Who may import whom, as data (docs: "Who may import whom" in the architecture page). Each rule names its reason, and
 * each has a planted violation in test/rules/planted-imports.ts.
 */

/** @typedef {{ path?: string | string[], pathNot?: string | string[], dependencyTypes?: string[], dependencyTypesNot?: string[], circular?: boolean, couldNotResolve?: boolean, dynamic?: boolean, viaOnly?: { dependencyTypesNot: string[] } }} To */
/** @typedef {{ name: string, comment: string, scope?: 'module' | 'folder', from: { path?: string | string[], pathNot?: string | string[] }, to: To }} ImportRule */

const WARDEN_ROOMS =
  'config|resilience|scheduler|metrics|detection|health|incidents|recovery|load|memory|alerts|watchdog';
const WARDEN = `warden/(?:${WARDEN_ROOMS})`;
const HOSTS = 'hosts/(?:dexscreener|pumpportal|tokens|trading)';
const ROOM = `src/(?:kernel|contract|client|library|storage|cluster|http|guardian|simulator|app|cli|${WARDEN}|${HOSTS})`;
// `src/warden/index.ts` is the front door of the warden as a whole.
const FRONT_DOOR = `^(?:${ROOM}|src/warden)/index\\.ts$`;
const OURS = '^(?:src|dashboard|test|bench|scripts|tools|dist)/';
const TYPE_ONLY = ['type-only'];

/**
 * What a room may import of ours, beside itself. `warden` and `hosts` stand for every room in them.
 * @type {{ room: string, files?: string, may: string[], why: string }[]}
 */
const ROOMS_MAY_IMPORT = [
  { room: 'kernel', may: [], why: '1: the kernel knows nobody, so that everybody may know it.' },
  {
    room: 'contract',
    may: [],
    why: '1: the contract is read in the browser and by other programs; it drags nothing in.',
  },
  {
    room: 'warden/config',
    may: ['kernel'],
    why: '2: the lowest floor of the warden stands on the kernel alone.',
  },
  {
    room: 'warden/resilience',
    may: ['kernel'],
    why: '2: the lowest floor of the warden stands on the kernel alone.',
  },
  {
    room: 'warden/metrics',
    may: ['kernel'],
    why: '2: the lowest floor of the warden stands on the kernel alone.',
  },
  {
    room: 'warden/scheduler',
    may: ['kernel', 'warden/resilience'],
    why: '2: a scheduler uses breakers and timeouts, and judges nothing.',
  },
  {
    room: 'warden/detection',
    may: ['kernel', 'warden/metrics'],
    why: '2: rules read windows, and know nothing of what is done about them.',
  },
  {
    room: 'warden/health',
    may: ['kernel', 'warden/detection'],
    why: '2: health sums up conditions; how they are found is not its business.',
  },
  {
    room: 'warden/incidents',
    may: ['kernel', 'contract', 'warden/detection'],
    why: '2: incidents are a reading of the journal; what is done about them is not their business.',
  },
  {
    room: 'warden/recovery',
    may: ['kernel', 'contract', 'warden/health', 'warden/detection', 'warden/metrics', 'warden/resilience'],
    why: '2: as those below; it goes on from entries of the journal, so it knows their contract (ADR 9).',
  },
  ...['load', 'memory', 'watchdog'].map((name) => ({
    room: `warden/${name}`,
    may: ['kernel', 'warden/health', 'warden/detection', 'warden/metrics', 'warden/resilience'],
    why: '2: those who act stand side by side above those who judge; the loop joins them, they do not know each other.',
  })),
  {
    room: 'warden/alerts',
    may: [
      'kernel',
      'warden/config',
      'warden/health',
      'warden/detection',
      'warden/metrics',
      'warden/resilience',
    ],
    why: '2: stands beside those who act; a channel describes its settings with the fields of the configuration.',
  },
  {
    room: 'warden',
    files: '^src/warden/[^/]+$',
    may: ['kernel', 'contract', 'warden'],
    why: '2, 4: the loop joins the rooms of the warden and knows no host, storage or HTTP.',
  },
  {
    room: 'hosts/dexscreener',
    may: ['kernel', 'warden'],
    why: '4: the client of an API serves both hosts and knows neither.',
  },
  {
    room: 'hosts/pumpportal',
    may: ['kernel', 'warden', 'hosts/dexscreener', 'hosts/tokens'],
    why: '4: the stream tells the token host of mints, by the port that the host owns.',
  },
  {
    room: 'hosts/tokens',
    may: ['kernel', 'contract', 'warden', 'hosts/dexscreener'],
    why: '4: the two hosts live without each other.',
  },
  {
    room: 'hosts/trading',
    may: ['kernel', 'contract', 'warden', 'hosts/dexscreener'],
    why: '4: the two hosts live without each other.',
  },
  {
    room: 'storage',
    may: ['kernel', 'contract', 'warden', 'hosts'],
    why: '5: storage implements ports of the warden and the hosts, and nothing else.',
  },
  {
    room: 'cluster',
    may: ['kernel', 'contract', 'warden', 'hosts'],
    why: '5: the cluster implements ports of the warden and the hosts; storage is handed to it.',
  },
  {
    room: 'http',
    may: ['kernel', 'contract', 'warden', 'hosts', 'storage'],
    why: '9: the server shows what hosts and warden know; it composes nothing.',
  },
  {
    room: 'simulator',
    may: ['kernel', 'contract', 'warden', 'hosts', 'storage'],
    why: '9: the simulator plays the outside world; the app composes the two.',
  },
  {
    room: 'guardian',
    may: ['kernel', 'contract', 'warden/config', 'warden/alerts', 'warden/recovery'],
    why: '7: the guardian is one small file that runs when everything else is broken.',
  },
  {
    room: 'client',
    may: ['kernel', 'contract', 'warden/config'],
    why: '5: whoever talks to a running service needs nothing of the service itself.',
  },
  {
    room: 'app',
    may: [
      'kernel',
      'contract',
      'client',
      'warden',
      'hosts',
      'storage',
      'cluster',
      'http',
      'simulator',
      'guardian',
    ],
    why: '5: the app knows all rooms but the command line that calls it.',
  },
  {
    room: 'cli',
    may: ['kernel', 'contract', 'client', 'app'],
    why: '5: the command line parses, calls the app and prints.',
  },
  {
    room: 'library',
    may: ['kernel', 'contract', 'warden'],
    why: '3: who watches a program of their own loads the toolkit, and no host, storage or server (ADR 11).',
  },
  {
    room: 'entries',
    files: '^src/[^/]+$',
    may: ['kernel', 'contract', 'warden', 'hosts', 'library'],
    why: '3: what a user of the library gets is the toolkit and the hosts, without a service.',
  },
];

/**
 * The only folders of src and dashboard that may import a package, also as a type.
 * @type {{ name: string, packages: string[], in: string[], why: string }[]}
 */
const PACKAGE_OWNERS = [
  {
    name: 'sql-drivers',
    packages: ['@photostructure/sqlite', 'kysely', 'pg'],
    in: ['src/storage'],
    why: '6: one room knows SQL, so that the database can be changed in one room.',
  },
  {
    name: 'queue-engine',
    packages: ['bullmq', 'ioredis'],
    in: ['src/cluster'],
    why: '6: one machine needs no queue engine.',
  },
  {
    name: 'fastify',
    packages: ['fastify', '@fastify/[^/]+', 'fastify-type-provider-zod'],
    in: ['src/http'],
    why: '6: handlers of other rooms are functions that know no server.',
  },
  {
    name: 'undici',
    packages: ['undici'],
    in: ['src/hosts/dexscreener', 'src/warden/alerts/channels'],
    why: '6: two places talk to the outside, both through a dependency with a breaker.',
  },
  {
    name: 'mail',
    packages: ['nodemailer', 'smtp-server'],
    in: ['src/warden/alerts/channels'],
    why: '6: one channel speaks to mail servers, and its tests to a real one; everybody else tells a notice.',
  },
  {
    name: 'ws',
    packages: ['ws'],
    in: ['src/hosts/pumpportal', 'src/simulator'],
    why: '6: one room listens to a stream, one plays it; everybody else knows a port.',
  },
  {
    name: 'croner',
    packages: ['croner'],
    in: ['src/warden/scheduler'],
    why: '10: it may only compute times; its timers and its clock are not ours.',
  },
  {
    name: 'telegram-library',
    packages: ['grammy'],
    in: ['src/warden/alerts/channels'],
    why: '6: one channel speaks to Telegram; everybody else tells a notice.',
  },
  {
    name: 'pino',
    packages: ['pino'],
    in: ['src/app'],
    why: '5: rooms write to the logger of the kernel; the app chooses what is behind it.',
  },
  {
    name: 'web-page',
    packages: ['react', 'react-dom', '@mantine/[^/]+', '@tanstack/[^/]+', 'uplot'],
    in: ['dashboard'],
    why: '8: the page ships prebuilt; the service never loads what draws it.',
  },
];

/** @param {string[]} names patterns of package names */
const packagePattern = (names) => {
  const all = names.flatMap((name) => [name, `@types/${name.replace(/^@(.+)\/(.+)$/, '$1__$2')}`]);
  // Without `node_modules/` when it could not be resolved.
  return `(?:^|node_modules/)(?:${all.join('|')})(?:/|$)`;
};

/** @type {ImportRule[]} */
const roomRules = ROOMS_MAY_IMPORT.map(({ room, files, may, why }) => ({
  name: `${room}-imports-only`,
  comment: `Rule ${why}`,
  from: { path: files ?? `^src/${room}/` },
  to: { path: OURS, pathNot: [files ?? `^src/${room}/`, ...may.map((other) => `^src/${other}/`)] },
}));

/** @type {ImportRule[]} */
const packageRules = PACKAGE_OWNERS.map(({ name, packages, in: folders, why }) => ({
  name: `${name}-only-in-its-place`,
  comment: `Rule ${why}`,
  from: { path: '^(?:src|dashboard)/', pathNot: folders.map((folder) => `^${folder}/`) },
  to: { path: packagePattern(packages) },
}));

/** @type {ImportRule[]} */
const otherRules = [
  {
    name: 'kernel-no-packages',
    comment: 'Rule 1: the kernel imports nobody; Node itself is enough.',
    from: { path: '^src/kernel/' },
    to: { path: 'node_modules/' },
  },
  {
    name: 'contract-only-zod',
    comment: 'Rule 1: the contract runs in a browser too, so it may not use Node, nor any package but zod.',
    from: { path: '^src/contract/' },
    to: { pathNot: ['^src/', '(?:^|node_modules/)zod/'] },
  },
  {
    name: 'no-circle',
    comment:
      'Rule 2: a circle has no first file. Types alone make none: nothing of them is left at run time.',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: TYPE_ONLY } },
  },
  {
    name: 'front-door-only',
    comment: 'Rule 3: what a room keeps behind its index.ts it may change without asking.',
    from: { path: `^(${ROOM})/` },
    to: { path: '^src/', pathNot: ['^$1/', FRONT_DOOR] },
  },
  {
    name: 'front-door-only-from-entries',
    comment: 'Rule 3: the loop and the entries of the library go through the front doors like everybody.',
    from: { path: '^src/(?:warden/)?[^/]+$' },
    to: { path: `^${ROOM}/`, pathNot: FRONT_DOOR },
  },
  {
    name: 'tests-through-front-door',
    comment:
      'Rule 3: tests and benchmarks of the whole use what everybody uses, or a testing/ folder made for them.',
    from: { path: '^(?:test|bench)/' },
    to: { path: `^${ROOM}/`, pathNot: [FRONT_DOOR, `^${ROOM}/testing/`] },
  },
  {
    name: 'no-unknown-room',
    comment:
      'Rule 3: a folder that no rule knows would be free of all of them; add it to tools/import-rules.mjs.',
    from: { path: '^src/', pathNot: [`^${ROOM}/`, '^src/(?:warden/)?[^/]+$'] },
    to: {},
  },
  {
    name: 'storage-takes-ports-as-types',
    comment: 'Rule 5: a port is owned by who uses it; storage needs its shape and none of its code.',
    from: { path: '^src/storage/' },
    to: { path: '^src/(?:warden|hosts)/', dependencyTypesNot: TYPE_ONLY },
  },
  {
    name: 'stream-takes-ports-as-types',
    comment:
      'Rule 5: the token host owns the port of a stream; the stream needs its shape and none of its code.',
    from: { path: '^src/hosts/pumpportal/' },
    to: { path: '^src/hosts/tokens/', dependencyTypesNot: TYPE_ONLY },
  },
  {
    name: 'storage-chosen-by-app',
    comment: 'Rule 5: only the app chooses an implementation.',
    from: { path: '^(?:src|dashboard)/', pathNot: ['^src/app/', '^src/storage/'] },
    to: { path: '^src/storage/', dependencyTypesNot: TYPE_ONLY },
  },
  {
    name: 'cli-loads-the-app-when-needed',
    comment:
      'Rule 5: a command that asks a running service starts fast; the whole service is loaded by those that need it.',
    from: { path: '^src/cli/' },
    to: { path: '^src/app/', dynamic: false, dependencyTypesNot: TYPE_ONLY },
  },
  {
    name: 'guardian-without-native-parts',
    comment: 'Rule 7: the guardian has to run where a native part is missing or broken.',
    from: { path: '^src/(?:guardian|warden/(?:config|alerts|recovery))/' },
    to: {
      path: packagePattern(['koffi', '@photostructure/sqlite', 'better-sqlite3', 'kysely', 'pg', 'pino']),
    },
  },
  {
    name: 'channel-libraries-lazy',
    comment: 'Rule 7: a channel that nobody uses costs nothing, and the guardian starts without it.',
    from: { path: '^src/' },
    to: { path: packagePattern(['grammy', 'nodemailer']), dynamic: false, dependencyTypesNot: TYPE_ONLY },
  },
  {
    name: 'dashboard-imports-contract-only',
    comment: 'Rule 8: the page and the service share the contract and nothing else.',
    from: { path: '^dashboard/' },
    to: { path: '^(?:src|dist|bench|scripts|tools)/', pathNot: '^src/contract/index\\.ts$' },
  },
  {
    name: 'http-only-from-app',
    comment: 'Rule 9: the server is composed by the app; nobody else knows that there is one.',
    from: { path: '^(?:src|dashboard)/', pathNot: ['^src/app/', '^src/http/'] },
    to: { path: '^src/http/' },
  },
  {
    name: 'simulator-only-from-app',
    comment: 'Rule 9: the product never knows that its world is played.',
    from: { path: '^(?:src|dashboard)/', pathNot: ['^src/app/', '^src/simulator/'] },
    to: { path: '^src/simulator/' },
  },
  {
    name: 'product-without-test-helpers',
    comment: 'Rule 3: testing/ folders are not shipped.',
    from: { path: '^src/', pathNot: '/testing/' },
    to: { path: '^src/.+/testing/' },
  },
  {
    name: 'product-without-dev-packages',
    comment: 'Rule 3: a development package is not there where the product is installed.',
    from: { path: '^src/', pathNot: '/testing/' },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: TYPE_ONLY },
  },
  {
    name: 'everything-resolves',
    comment: 'An import that leads nowhere slips through all the other rules.',
    from: {},
    // `virtual:` is what a plugin of the page's build makes.
    to: { couldNotResolve: true, pathNot: '^virtual:' },
  },
];

export const IMPORT_RULES = [...otherRules, ...roomRules, ...packageRules];

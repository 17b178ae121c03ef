/** Files by path, relative to the root of a tree that has nothing else. */
export type Tree = Readonly<Record<string, string>>;

/** Packages that the trees import; empty ones stand in for them. */
export const PACKAGES = {
  dependencies: [
    'zod',
    'fastify',
    '@fastify/static',
    'undici',
    'ws',
    'pino',
    'croner',
    'kysely',
    '@photostructure/sqlite',
    'commander',
  ],
  optionalDependencies: ['pg', 'bullmq', 'ioredis', 'grammy', 'nodemailer', 'koffi'],
  devDependencies: ['react', 'react-dom', '@mantine/core', 'vitest'],
} as const;

/** A small house in which everything is allowed. */
export const CLEAN_TREE: Tree = {
  'src/kernel/index.ts': `export * from './clock.ts';`,
  'src/kernel/clock.ts': `import { randomBytes } from 'node:crypto'; export const clock = randomBytes;`,
  'src/contract/index.ts': `import { z } from 'zod'; export const contract = z;`,
  'src/warden/config/index.ts': `import { z } from 'zod'; import { clock } from '../../kernel/index.ts'; export const config = [z, clock];`,
  'src/warden/resilience/index.ts': `export * from './breaker.ts';`,
  'src/warden/resilience/breaker.ts': `import type { Limit } from './limit.ts'; export const breaker: Limit = 1;`,
  'src/warden/resilience/limit.ts': `import { breaker } from './breaker.ts'; export type Limit = number; export const limit = (): Limit => breaker;`,
  'src/warden/metrics/index.ts': `import { clock } from '../../kernel/index.ts'; export const metrics = clock;`,
  'src/warden/scheduler/index.ts': `import { Cron } from 'croner'; import { breaker } from '../resilience/index.ts'; export const scheduler = [breaker, Cron];`,
  'src/warden/scheduler/scheduler.test.ts': `import { limit } from '../resilience/limit.ts'; import 'vitest'; void limit;`,
  'src/warden/detection/index.ts': `import { metrics } from '../metrics/index.ts'; export const detection = metrics;`,
  'src/warden/health/index.ts': `import { detection } from '../detection/index.ts'; export const health = detection;`,
  'src/warden/recovery/index.ts': `import { health } from '../health/index.ts'; export const recovery = health;`,
  'src/warden/load/index.ts': `import { metrics } from '../metrics/index.ts'; export const load = metrics;`,
  'src/warden/memory/index.ts': `import { detection } from '../detection/index.ts'; export const memory = detection;`,
  'src/warden/watchdog/index.ts': `import { metrics } from '../metrics/index.ts'; export const watchdog = metrics;`,
  'src/warden/alerts/index.ts': `import { send } from './channels/telegram.ts'; export const alerts = send;`,
  'src/warden/alerts/channels/telegram.ts': `import 'undici'; import type { Bot } from 'grammy'; export const send = async (): Promise<Bot> => new (await import('grammy')).Bot('');`,
  'src/warden/loop.ts': `import type { contract } from '../contract/index.ts'; export type Journal = typeof contract; import { recovery } from './recovery/index.ts'; import { alerts } from './alerts/index.ts'; export const loop = [recovery, alerts];`,
  'src/warden/warden.ts': `import { loop } from './loop.ts'; export const warden = loop;`,
  'src/warden/index.ts': `export * from './warden.ts';`,
  'src/hosts/dexscreener/index.ts': `import 'undici'; import { breaker } from '../../warden/resilience/index.ts'; export const dex = breaker;`,
  'src/hosts/tokens/index.ts': `import { dex } from '../dexscreener/index.ts'; import { warden } from '../../warden/index.ts'; export type TokenStore = number; export const tokens = [dex, warden];`,
  'src/hosts/pumpportal/index.ts': `import 'ws'; import { dex } from '../dexscreener/index.ts'; import type { tokens } from '../tokens/index.ts'; export const stream: [typeof dex, typeof tokens?] = [dex];`,
  'src/hosts/trading/index.ts': `import type { contract } from '../../contract/index.ts'; export type Token = typeof contract; import { clock } from '../../kernel/index.ts'; export const trading = clock;`,
  'src/storage/index.ts': `export * from './sqlite/store.ts';`,
  'src/storage/sqlite/store.ts': `import 'kysely'; import '@photostructure/sqlite'; import { clock } from '../../kernel/index.ts'; import type { TokenStore } from '../../hosts/tokens/index.ts'; export const store: TokenStore = Number(clock);`,
  'src/storage/testing/memory.ts': `import { store } from '../sqlite/store.ts'; export const memory = store;`,
  'src/cluster/index.ts': `import 'bullmq'; import { breaker } from '../warden/resilience/index.ts'; export const cluster = breaker;`,
  'src/http/index.ts': `import 'fastify'; import '@fastify/static'; import { contract } from '../contract/index.ts'; import { tokens } from '../hosts/tokens/index.ts'; export const http = [contract, tokens];`,
  'src/simulator/index.ts': `import 'ws'; import { dex } from '../hosts/dexscreener/index.ts'; export const simulator = dex;`,
  'src/guardian/index.ts': `import { alerts } from '../warden/alerts/index.ts'; import { config } from '../warden/config/index.ts'; import { contract } from '../contract/index.ts'; export const guardian = [alerts, config, contract];`,
  'src/app/index.ts': `import 'pino'; import { http } from '../http/index.ts'; import { simulator } from '../simulator/index.ts'; import { store } from '../storage/index.ts'; import { guardian } from '../guardian/index.ts'; export const app = [http, simulator, store, guardian];`,
  'src/cli/main.ts': `import 'commander'; import { client } from '../client/index.ts'; import type { app } from '../app/index.ts'; export type App = typeof app; void [client, import('../app/index.ts')];`,
  'src/client/index.ts': `import { config } from '../warden/config/index.ts'; export const client = config;`,
  'src/index.ts': `export { warden } from './warden/index.ts'; export { tokens } from './hosts/tokens/index.ts';`,
  'dashboard/src/main.tsx': `import 'react'; import '@mantine/core'; import { contract } from '../../src/contract/index.ts'; void contract;`,
  'test/e2e/service.test.ts': `import 'vitest'; import 'undici'; import 'pg'; import { app } from '../../src/app/index.ts'; import { memory } from '../../src/storage/testing/memory.ts'; void [app, memory];`,
};

const importOfTrading = (up: string): string => `import '${up}hosts/trading/index.ts';`;

/** For each rule files beside the clean tree, of which the first breaks it. */
export const PLANTED: Readonly<Record<string, Tree>> = {
  'kernel-no-packages': { 'src/kernel/p1.ts': `import 'zod';` },
  'contract-only-zod': { 'src/contract/p2.ts': `import 'node:fs';` },
  'no-circle': {
    'src/kernel/p3.ts': `import { b } from './p3b.ts'; export const a = (): unknown => b;`,
    'src/kernel/p3b.ts': `import { a } from './p3.ts'; export const b = (): unknown => a;`,
  },
  'front-door-only': {
    'src/warden/scheduler/p4.ts': `import type { Limit } from '../resilience/limit.ts'; export type X = Limit;`,
  },
  'front-door-only-from-entries': { 'src/warden/p5.ts': `import '../kernel/clock.ts';` },
  'tests-through-front-door': { 'test/e2e/p6.test.ts': `import '../../src/kernel/clock.ts';` },
  'no-unknown-room': { 'src/attic/p7.ts': `import 'node:fs';` },
  'storage-takes-ports-as-types': {
    'src/storage/p8.ts': `import { tokens } from '../hosts/tokens/index.ts'; void tokens;`,
  },
  'stream-takes-ports-as-types': {
    'src/hosts/pumpportal/p18.ts': `import { tokens } from '../tokens/index.ts'; void tokens;`,
  },
  'storage-chosen-by-app': { 'src/http/p9.ts': `import { store } from '../storage/index.ts'; void store;` },
  'cli-loads-the-app-when-needed': { 'src/cli/p18.ts': `import '../app/index.ts';` },
  'guardian-without-native-parts': { 'src/guardian/p10.ts': `import 'koffi';` },
  'channel-libraries-lazy': { 'src/warden/alerts/channels/p11.ts': `import 'nodemailer';` },
  'dashboard-imports-contract-only': { 'dashboard/src/p12.ts': `import '../../src/kernel/index.ts';` },
  'http-only-from-app': {
    'src/cli/p13.ts': `import type { http } from '../http/index.ts'; export type X = typeof http;`,
  },
  'simulator-only-from-app': { 'src/http/p14.ts': `import '../simulator/index.ts';` },
  'product-without-test-helpers': { 'src/storage/p15.ts': `import './testing/memory.ts';` },
  'product-without-dev-packages': { 'src/app/p16.ts': `import 'vitest';` },
  'everything-resolves': { 'src/app/p17.ts': `import './nowhere.ts';` },
  'kernel-imports-only': { 'src/kernel/p20.ts': `import '../contract/index.ts';` },
  'contract-imports-only': { 'src/contract/p21.ts': `import '../kernel/index.ts';` },
  'warden/config-imports-only': { 'src/warden/config/p22.ts': importOfTrading('../../') },
  'warden/resilience-imports-only': { 'src/warden/resilience/p23.ts': `import '../metrics/index.ts';` },
  'warden/metrics-imports-only': { 'src/warden/metrics/p24.ts': `import '../resilience/index.ts';` },
  'warden/scheduler-imports-only': { 'src/warden/scheduler/p25.ts': `import '../health/index.ts';` },
  'warden/detection-imports-only': {
    'src/warden/detection/p26.ts': `import type { health } from '../health/index.ts'; export type X = typeof health;`,
  },
  'warden/health-imports-only': { 'src/warden/health/p27.ts': `import '../recovery/index.ts';` },
  'warden/recovery-imports-only': { 'src/warden/recovery/p28.ts': `import '../alerts/index.ts';` },
  'warden/load-imports-only': { 'src/warden/load/p29.ts': `import '../memory/index.ts';` },
  'warden/memory-imports-only': { 'src/warden/memory/p30.ts': `import '../scheduler/index.ts';` },
  'warden/alerts-imports-only': { 'src/warden/alerts/p31.ts': `import '../index.ts';` },
  'warden/watchdog-imports-only': { 'src/warden/watchdog/p32.ts': `import '../alerts/index.ts';` },
  'warden-imports-only': { 'src/warden/p33.ts': `import '../hosts/tokens/index.ts';` },
  'hosts/dexscreener-imports-only': { 'src/hosts/dexscreener/p34.ts': `import '../tokens/index.ts';` },
  'hosts/pumpportal-imports-only': {
    'src/hosts/pumpportal/p45.ts': `import type { contract } from '../../contract/index.ts'; export type X = typeof contract;`,
  },
  'hosts/tokens-imports-only': { 'src/hosts/tokens/p35.ts': `import '../pumpportal/index.ts';` },
  'hosts/trading-imports-only': { 'src/hosts/trading/p36.ts': `import '../tokens/index.ts';` },
  'storage-imports-only': {
    'src/storage/p37.ts': `import type { http } from '../http/index.ts'; export type X = typeof http;`,
  },
  'cluster-imports-only': { 'src/cluster/p38.ts': `import '../storage/index.ts';` },
  'http-imports-only': { 'src/http/p39.ts': `import '../app/index.ts';` },
  'simulator-imports-only': { 'src/simulator/p40.ts': `import '../http/index.ts';` },
  'guardian-imports-only': { 'src/guardian/p41.ts': `import '../hosts/tokens/index.ts';` },
  'client-imports-only': { 'src/client/p45.ts': `import '../app/index.ts';` },
  'app-imports-only': { 'src/app/p42.ts': `import '../cli/main.ts';` },
  'cli-imports-only': { 'src/cli/p43.ts': importOfTrading('../') },
  'library-imports-only': { 'src/p44.ts': `import './app/index.ts';` },
  'sql-drivers-only-in-its-place': {
    'src/cluster/p50.ts': `import type { Pool } from 'pg'; export type X = Pool;`,
  },
  'queue-engine-only-in-its-place': { 'src/app/p51.ts': `void import('ioredis');` },
  'fastify-only-in-its-place': { 'src/app/p52.ts': `import '@fastify/static';` },
  'undici-only-in-its-place': { 'src/warden/alerts/p53.ts': `import 'undici';` },
  'ws-only-in-its-place': {
    'src/app/p56.ts': `import type { WebSocket } from 'ws'; export type X = WebSocket;`,
  },
  'pino-only-in-its-place': {
    'src/http/p54.ts': `import type { Logger } from 'pino'; export type X = Logger;`,
  },
  'web-page-only-in-its-place': { 'src/http/p55.ts': `import 'react-dom';` },
};

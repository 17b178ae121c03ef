export { inProcessTransport } from './in-process-transport.ts';
export { createSimulatedMarket } from './market/simulated-market.ts';
export type { Market } from './market.ts';
export { openRecordedMarket } from './recorded/recorded-market.ts';
export { serveMarket, type Interception, type MarketServer } from './serve-market.ts';
export { loadExpectation } from './world/expectation.ts';
export type { Verdict } from './world/judge.ts';
export type { TokenSample, WorldSample } from './world/record.ts';
export { loadWorld, type LoadedWorld } from './world/world.ts';

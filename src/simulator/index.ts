export { inProcessTransport } from './in-process-transport.ts';
export { createSimulatedMarket, type SimulatedMarket } from './market/simulated-market.ts';
export type { TokenTruth } from './market/truth.ts';
export type { Market } from './market.ts';
export { openRecordedMarket } from './recorded/recorded-market.ts';
export { serveMarket, type Interception, type MarketServer } from './serve-market.ts';

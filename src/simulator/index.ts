export { inProcessTransport } from './in-process-transport.ts';
export {
  createSimulatedMarket,
  type SimulatedMarket,
  type SimulatedMarketOptions,
} from './market/simulated-market.ts';
export type { PoolTruth, TokenTruth } from './market/truth.ts';
export type { Market } from './market.ts';
export { openRecordedMarket, type RecordedMarket } from './recorded/recorded-market.ts';
export {
  serveMarket,
  type Interception,
  type MarketServer,
  type MarketServerStats,
  type ServeMarketOptions,
} from './serve-market.ts';

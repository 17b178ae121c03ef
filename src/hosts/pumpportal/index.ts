export { createPumpPortalFeed } from './feed.ts';
export { pumpPortalSection, type PumpPortalSettings } from './settings.ts';
export type { FeedSocket, FeedTransport } from './socket.ts';
export { MAX_FRAME_BYTES } from './wire.ts';
export { createWsTransport } from './ws-transport.ts';

export { createHttpServer, type HttpServer } from './server.ts';
export { defaults as httpDefaults, type HttpServerOptions } from './options.ts';
export type { AccessTokens, SecurityDraft, ServiceView } from './ports.ts';
export { hashAccessToken, makeAccessToken, verifyAccessToken } from './security/access-token.ts';

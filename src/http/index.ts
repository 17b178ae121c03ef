export { createHttpServer, type HttpServer } from './server.ts';
export type { HttpServerOptions } from './options.ts';
export type { AccessTokens, JobsPort, SecurityDraft, ServiceView } from './ports.ts';
export { makeAccessToken } from './security/access-token.ts';

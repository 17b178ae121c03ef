export { createHttpServer, type HttpServer, type Listening } from './server.ts';
export { defaults as httpDefaults, type HttpLimits, type HttpServerOptions } from './options.ts';
export type {
  AccessToken,
  AccessTokens,
  MaybePromise,
  SecurityDraft,
  SecurityJournal,
  ServiceView,
  ViewListener,
} from './ports.ts';
export { hashAccessToken, makeAccessToken, verifyAccessToken } from './security/access-token.ts';

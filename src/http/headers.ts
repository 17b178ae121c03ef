type Headers = Readonly<Record<string, string>>;

const csp = (directives: Readonly<Record<string, string>>): string =>
  Object.entries({
    'default-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
    ...directives,
  })
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');

/** Goes with every answer. There is no CORS header anywhere: other sites may read nothing. */
export const securityHeaders: Headers = {
  'content-security-policy': csp({}),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};

/** For the dashboard. `styleElements` is what may stand in a style element beside our own files: a nonce, if any. */
export function dashboardCsp(styleElements: string): string {
  return csp({
    'script-src': "'self'",
    'style-src': "'self'",
    'style-src-elem': `'self' ${styleElements}`,
    // Components place themselves with style attributes.
    'style-src-attr': "'unsafe-inline'",
    'img-src': "'self' data:",
    'font-src': "'self'",
    'connect-src': "'self'",
    'manifest-src': "'self'",
  });
}

/** For Swagger UI: no inline script; it writes style elements itself. */
export const docsCsp = csp({
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
});

/**
 * For a small page with one inline style sheet, given by its hash. A form on it must say where it comes from, and
 * under `no-referrer` browsers send `Origin: null` with a form.
 */
export function smallPageHeaders(styleHash: string): Headers {
  return {
    'content-security-policy': csp({ 'style-src': `'${styleHash}'`, 'img-src': 'data:' }),
    'referrer-policy': 'same-origin',
  };
}

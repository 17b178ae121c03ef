/** The session cookie's name. With TLS the prefix `__Host-` keeps other hosts and plain HTTP from planting one. */
function cookieName(secure: boolean): string {
  return secure ? '__Host-mw_session' : 'mw_session';
}

const idShape = /^[A-Za-z0-9_-]{43}$/;

/** The session id in a Cookie header. Anything but the shape of an id counts as none. */
export function readSessionId(header: string | undefined, secure: boolean): string | undefined {
  const name = cookieName(secure);
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at < 0 || part.slice(0, at).trim() !== name) continue;
    const value = part.slice(at + 1).trim();
    if (idShape.test(value)) return value;
  }
  return undefined;
}

/** The Set-Cookie header that starts a session, or that removes its cookie when `id` is null. */
export function sessionCookie(id: string | null, secure: boolean, maxAgeMs: number): string {
  const maxAge = id === null ? 0 : Math.floor(maxAgeMs / 1000);
  const attributes = `Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return `${cookieName(secure)}=${id ?? ''}; ${attributes}`;
}

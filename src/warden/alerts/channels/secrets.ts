const HIDDEN = '***';
/** A shorter one would hide half of each sentence. */
const SHORTEST = 4;

/**
 * Hides secrets, also as an address, JSON or Base64 would write them. For what is told to people of an answer or an error.
 * @param secrets what must not be told; null and the shortest ones are passed over.
 */
export function hide(text: string, secrets: readonly (string | null | undefined)[]): string {
  const written = new Set<string>();
  for (const secret of secrets) {
    if (secret == null || secret.length < SHORTEST) continue;
    for (const form of [
      secret,
      encodeURIComponent(secret),
      encodeURI(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64'),
    ])
      written.add(form);
  }
  const longestFirst = [...written].toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce((left, secret) => left.replaceAll(secret, HIDDEN), text);
}

/** What of an address is secret: all behind its host, each part of its path, and what is before it. */
export function secretsOf(url: string): readonly string[] {
  const { href, pathname, search, username, password, searchParams } = new URL(url);
  const user = [username, decoded(username)].filter((part) => part.length >= 8);
  // Short words such as `api` are in every sentence.
  const parts = pathname.split('/').filter((part) => part.length >= 8);
  return [
    href,
    url,
    `${pathname}${search}`,
    ...(pathname === '/' ? [] : [pathname]),
    ...parts,
    ...searchParams.values(),
    ...user,
    password,
    decoded(password),
  ];
}

/** Undoes percent-encoding; what is no such encoding stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

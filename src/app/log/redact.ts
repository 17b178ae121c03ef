const SECRET_KEY = /(^|[_-])(token|secret|password|passwd|authorization|cookie|api[_-]?key|credential)$/i;
// Our access tokens and login links, bearer headers, Telegram bot tokens, user:password in addresses. Without word
// boundaries: a bot's token follows `/bot` directly, an escaped one `%3D`.
const SECRET_VALUES: readonly (readonly [RegExp, string])[] = [
  [/mw_[\w-]{20,}/g, '[redacted]'],
  [/\/login\/[\w-]{16,}/g, '/login/[redacted]'],
  [/Bearer\s+\S+/gi, 'Bearer [redacted]'],
  [/\d{6,12}:[\w-]{30,}/g, '[redacted]'],
  [/(\/\/[^/\s:@]*:)[^/\s]+@/g, '$1[redacted]@'],
];

/** Text without secrets. */
export function redactText(text: string): string {
  return SECRET_VALUES.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}

/** A copy of log fields in which secrets are gone, by key and by value, at any depth. Pure. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 6) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (value instanceof Error) return redactText(value.message);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      redactText(key),
      isSecretKey(key) && isText(inner) ? '[redacted]' : redact(inner, depth + 1),
    ]),
  );
}

/** `accessToken` is as secret as `access_token`. */
const isSecretKey = (key: string): boolean => SECRET_KEY.test(key.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2'));

/** Headers may be lists. What is no text under such a name is none: here a token is also a thing that is traded. */
const isText = (value: unknown): boolean =>
  typeof value === 'string' || (Array.isArray(value) && value.some(isText));

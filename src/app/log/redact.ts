const SECRET_KEY = /(^|[_-])(token|secret|password|passwd|authorization|cookie|api[_-]?key|credential)$/i;
// Our access tokens and login links, bearer headers, Telegram bot tokens, user:password in addresses.
const SECRET_VALUES: readonly (readonly [RegExp, string])[] = [
  [/\bmw_[\w-]{20,}/g, '[redacted]'],
  [/\/login\/[\w-]{16,}/g, '/login/[redacted]'],
  [/\bBearer\s+\S+/gi, 'Bearer [redacted]'],
  [/\b\d{6,12}:[\w-]{30,}/g, '[redacted]'],
  [/(\/\/[^/\s:@]*:)[^/\s@]+@/g, '$1[redacted]@'],
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
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET_KEY.test(key) && typeof inner === 'string' ? '[redacted]' : redact(inner, depth + 1),
    ]),
  );
}

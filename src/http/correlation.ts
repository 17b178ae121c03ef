import type { Entropy } from '../kernel/index.ts';

const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;

/** The trace id of a valid W3C `traceparent` header, else a new one of the same shape: 32 hexadecimal digits. */
export function correlationIdOf(header: string | readonly string[] | undefined, entropy: Entropy): string {
  const given =
    typeof header === 'string' && header.length <= 200 ? traceparent.exec(header)?.[1] : undefined;
  return given ?? Buffer.from(entropy(16)).toString('hex');
}

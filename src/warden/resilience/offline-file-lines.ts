import type { OfflineRecord } from './offline-store.ts';

/** One line of the file. */
export type OfflineLine<P> =
  | { readonly keep: OfflineRecord<P>; readonly drop?: undefined }
  | { readonly drop: readonly string[]; readonly keep?: undefined };

/** With its end of line. JSON has no newline inside. */
export const lineOf = <P>(line: OfflineLine<P>): string => `${JSON.stringify(line)}\n`;

/** What a line says; null when it is spoilt. The payload is taken as it is. */
export function parseLine<P>(text: string): OfflineLine<P> | null {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(line)) return null;
  const { keep, drop } = line;
  if (isRecord<P>(keep)) return { keep };
  return Array.isArray(drop) && drop.every((key) => typeof key === 'string') ? { drop } : null;
}

function isRecord<P>(value: unknown): value is OfflineRecord<P> {
  if (!isObject(value)) return false;
  const { key, priority, seq, bytes, at, dead } = value;
  return (
    typeof key === 'string' &&
    'payload' in value &&
    (priority === 'high' || priority === 'normal' || priority === 'low') &&
    [seq, bytes, at].every((number) => typeof number === 'number') &&
    (dead === undefined ||
      (isObject(dead) && typeof dead['reason'] === 'string' && typeof dead['at'] === 'number'))
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

import type { OfflineRecord } from '../offline-store.ts';

/** A record whose payload is its key. */
export function recordOf(key: string, more: Partial<OfflineRecord<string>> = {}): OfflineRecord<string> {
  return { key, payload: key, priority: 'normal', seq: 1, bytes: 1, at: 0, ...more };
}

import type { Alert } from './alert.ts';
import type { Silence } from './silence.ts';
import type {
  AlertStore,
  ChannelState,
  ChannelUse,
  Delivered,
  Group,
  Outgoing,
  Start,
} from './store-port.ts';

/** Keeps alerts as long as the process lives, for a library user without a disk, and for virtual time. */
export function createMemoryAlertStore(installation: string): AlertStore {
  const alerts = new Map<string, Alert>();
  const groups = new Map<string, Group>();
  const silences = new Map<string, Silence>();
  const uses = new Map<string, ChannelUse>();
  const channels = new Map<string, ChannelState>();
  const outgoing = new Map<string, Outgoing>();
  const refs = new Map<string, string>();
  let delivered: Delivered[] = [];
  let starts: Start[] = [];
  let notices = 0;
  const refKey = (channel: string, thread: string): string => JSON.stringify([channel, thread]);
  return {
    snapshot: () => ({
      installation,
      notices,
      alerts: [...alerts.values()],
      groups: [...groups.values()],
      silences: [...silences.values()],
      uses: [...uses.values()],
      channels: [...channels.values()],
      outgoing: [...outgoing.values()],
    }),
    commit(changes) {
      for (const change of changes) {
        switch (change.kind) {
          case 'alert':
            alerts.set(change.alert.key, change.alert);
            break;
          case 'alert.gone':
            alerts.delete(change.key);
            break;
          case 'group':
            groups.set(change.group.key, change.group);
            break;
          case 'group.gone':
            groups.delete(change.key);
            break;
          case 'silence':
            silences.set(change.silence.id, change.silence);
            break;
          case 'silence.gone':
            silences.delete(change.id);
            break;
          case 'use':
            uses.set(change.use.name, change.use);
            break;
          case 'channel':
            channels.set(change.state.name, change.state);
            break;
          case 'outgoing':
            outgoing.set(change.outgoing.id, change.outgoing);
            break;
          case 'delivered': {
            const { delivered: one } = change;
            outgoing.delete(one.id);
            delivered.push(one);
            if (one.ref !== null && one.thread !== null) {
              const key = refKey(one.channel, one.thread);
              if (!refs.has(key)) refs.set(key, one.ref);
            }
            break;
          }
          case 'start':
            starts.push(change.start);
            break;
          case 'notices':
            notices = change.count;
            break;
        }
      }
    },
    refOf: (channel, thread) => refs.get(refKey(channel, thread)) ?? null,
    delivered: (limit) => delivered.slice(-limit).toReversed(),
    starts: (since) => starts.filter(({ at }) => at >= since),
    forget(before) {
      delivered = delivered.filter(({ at }) => at >= before);
      starts = starts.filter(({ at }) => at >= before);
    },
    close: () => undefined,
  };
}

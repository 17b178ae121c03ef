export { createMemoryAlertStore } from './memory-store.ts';
export type { Silence } from './silence.ts';
export type {
  AlertChange,
  AlertStore,
  ChannelState,
  ChannelUse,
  Delivered,
  Group,
  Outgoing,
  Start,
} from './store-port.ts';
export type { Alert } from './alert.ts';

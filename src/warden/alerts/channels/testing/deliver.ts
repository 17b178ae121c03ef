import type { z } from 'zod';
import { silentLogger, systemClock } from '../../../../kernel/index.ts';
import { compose } from '../../compose.ts';
import type { Notice } from '../../notice.ts';
import { OPTIONS } from '../../testing/golden.ts';
import type { Channel, ChannelPorts, ChannelType, Delivery, DeliveryContext } from '../channel.ts';

const PORTS: ChannelPorts = {
  clock: systemClock,
  log: silentLogger,
  name: 'night',
  source: OPTIONS.source,
  print: null,
};

/** A channel as a configuration makes it. */
export const open = async <Schema extends z.ZodType>(
  type: ChannelType<Schema>,
  settings: unknown,
  ports: Partial<ChannelPorts> = {},
): Promise<Channel> => type.create(type.schema.parse(settings), { ...PORTS, ...ports });

/** Delivers a notice as the outbox would. */
export const deliver = (
  channel: Channel,
  notice: Notice,
  context: Partial<DeliveryContext> = {},
): Promise<Delivery> =>
  channel.deliver(notice, compose(notice, OPTIONS), {
    key: 'key-1',
    thread: null,
    signal: new AbortController().signal,
    memory: {},
    remember: () => undefined,
    ...context,
  });

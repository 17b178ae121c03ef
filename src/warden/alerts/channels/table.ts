import { alertmanager } from './alertmanager.ts';
import type { ChannelType } from './channel.ts';
import { terminal } from './console.ts';
import { discord } from './discord.ts';
import { email } from './email.ts';
import { log } from './log.ts';
import { ntfy } from './ntfy.ts';
import { slack } from './slack.ts';
import { telegramChannel } from './telegram/telegram.ts';
import { webhook } from './webhook.ts';

/** All kinds of channels: a new one is a file and a line here. */
export const CHANNEL_TYPES: readonly ChannelType[] = [
  log,
  terminal,
  webhook,
  alertmanager,
  telegramChannel,
  email,
  slack,
  discord,
  ntfy,
];

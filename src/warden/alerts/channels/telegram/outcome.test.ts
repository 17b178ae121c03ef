import { describe, expect, it } from 'vitest';
import { AbortedError, TimeoutError } from '../../../../kernel/index.ts';
import { ERROR_BODIES } from '../../testing/telegram-errors.ts';
import { BannedError, deliveryOf } from './outcome.ts';

const whom = { name: 'night', chat: '-100' };

/** What happens at each of the errors that are known of Telegram, and a word of what is said. */
const EXPECTED: Readonly<Record<string, readonly [kind: string, says: RegExp, more?: object]>> = {
  'bad-request-button-url-invalid': ['without', /buttons/, { part: 'buttons' }],
  'bad-request-chat-not-found': ['dead', /correct `chat_id` of the channel night/],
  'bad-request-entities-too-long': ['plain', /plain text/],
  'bad-request-file-too-big': ['refused', /file is too big/],
  'bad-request-group-chat-migrated': [
    'moved',
    /-100 has become the chat -123456789/,
    { chatId: '-123456789' },
  ],
  'bad-request-group-deactivated': ['dead', /set `chat_id` of the channel night/],
  'bad-request-invalid-file-id': ['refused', /invalid file id/],
  'bad-request-member-not-found': ['refused', /member not found/],
  'bad-request-message-cant-be-deleted': ['refused', /can't be deleted/],
  'bad-request-message-cant-be-edited': ['refused', /can't be edited/],
  'bad-request-message-not-modified': ['refused', /not modified/],
  'bad-request-message-text-is-empty': ['refused', /text is empty/],
  'bad-request-message-to-delete-not-found': ['refused', /to delete not found/],
  'bad-request-message-to-edit-not-found': ['refused', /to edit not found/],
  'bad-request-not-enough-rights-photos': ['refused', /allow it to send media/],
  'bad-request-not-enough-rights-text': ['dead', /allow it to send messages/],
  'bad-request-peer-id-invalid': ['dead', /correct `chat_id`/],
  'bad-request-reply-message-not-found': ['without', /as a new one/, { part: 'reply' }],
  'bad-request-user-not-found': ['dead', /correct `chat_id`/],
  'bad-request-wrong-parameter-action-in-request': ['refused', /wrong parameter/],
  'conflicted-terminated-by-other-long-poll': ['later', /busy/, { retryAfterMs: null }],
  'forbidden-bot-blocked-by-user': ['dead', /unblock/],
  'forbidden-bot-cant-send-messages-to-bots': ['dead', /to a person or a group/],
  'forbidden-bot-not-member-channel': ['dead', /add it again/],
  'forbidden-bot-not-member-supergroup': ['dead', /add it again/],
  'forbidden-bot-was-kicked': ['dead', /add it again/],
  'forbidden-cant-initiate-conversation': ['dead', /press Start/],
  'forbidden-user-is-deactivated': ['dead', /to another chat/],
  'too-many-requests': ['later', /Too much/, { retryAfterMs: 123_000 }],
  unauthorized: ['dead', /@BotFather and set it as `token` of the channel night/],
  'webhook-is-active': ['later', /busy/, { retryAfterMs: null }],
};

const holds = (name: string, body: object): void => {
  const [kind, says, more = {}] = EXPECTED[name] ?? ['?', /\?/];
  const outcome = deliveryOf(body, whom);
  expect(outcome).toMatchObject({ kind, ...more });
  expect(outcome.why).toMatch(says);
};

describe('deliveryOf', () => {
  it('knows what happens at each of the 31', () => {
    expect(Object.keys(ERROR_BODIES)).toHaveLength(31);
    expect(Object.keys(EXPECTED).toSorted()).toEqual(Object.keys(ERROR_BODIES).toSorted());
  });

  it.each(Object.entries(ERROR_BODIES))('%s', holds);

  const no = (code: number | undefined, description?: string, parameters?: object): object => ({
    ok: false,
    ...(code === undefined ? {} : { error_code: code }),
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
  });

  it.each<[string, object, object]>([
    [
      'markup that cannot be read',
      no(400, "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 7"),
      { kind: 'plain' },
    ],
    ['too long', no(400, 'Bad Request: message is too long'), { kind: 'without', part: 'length' }],
    [
      'a topic that is gone',
      no(400, 'Bad Request: message thread not found'),
      { kind: 'without', part: 'topic' },
    ],
    ['a closed topic', no(400, 'Bad Request: TOPIC_CLOSED'), { kind: 'without', part: 'topic' }],
    [
      'a message to answer that is gone',
      no(400, 'Bad Request: message to be replied not found'),
      { kind: 'without', part: 'reply' },
    ],
    ['data of a button', no(400, 'Bad Request: BUTTON_DATA_INVALID'), { kind: 'without', part: 'buttons' }],
    [
      'a group that moved, in other words',
      no(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
        migrate_to_chat_id: -1001234567890,
      }),
      { kind: 'moved', chatId: '-1001234567890' },
    ],
    [
      'no rights in a channel',
      no(400, 'Bad Request: need administrator rights in the channel chat'),
      { kind: 'dead' },
    ],
    ['may not write', no(400, 'Bad Request: CHAT_WRITE_FORBIDDEN'), { kind: 'dead' }],
    [
      'some other 403',
      no(403, 'Forbidden: something new'),
      { kind: 'dead', why: expect.stringContaining('something new') as string },
    ],
    [
      'a token of another form',
      no(404, 'Not Found'),
      { kind: 'dead', why: expect.stringContaining('`token`') as string },
    ],
    [
      '429 with its pause in words only',
      no(429, 'Too Many Requests: retry after 7'),
      { kind: 'later', retryAfterMs: 7_000 },
    ],
    ['429 without a pause', no(429, 'Too Many Requests'), { kind: 'later', retryAfterMs: 60_000 }],
    ['500', no(500, 'Internal Server Error'), { kind: 'later', retryAfterMs: null }],
    ['502', no(502, 'Bad Gateway'), { kind: 'later', retryAfterMs: null }],
    ['no without a code', no(undefined), { kind: 'later', retryAfterMs: null }],
    ['no in words without a code', no(undefined, 'chat not found'), { kind: 'later' }],
    ['a new 400', no(400, 'Bad Request: something new'), { kind: 'refused' }],
    [
      'a timeout',
      new TimeoutError('x', 15_000),
      { kind: 'later', retryAfterMs: null, why: expect.stringContaining('15 s') as string },
    ],
    ['given up', new AbortedError('x'), { kind: 'later', retryAfterMs: null }],
    ['a pause', new BannedError(4_000), { kind: 'later', retryAfterMs: 4_000 }],
    [
      'nobody there',
      Object.assign(new Error('x'), { error: { code: 'ECONNREFUSED' } }),
      { kind: 'later', retryAfterMs: null, why: expect.stringContaining('ECONNREFUSED') as string },
    ],
    [
      'a page',
      Object.assign(new Error('x'), { error: { type: 'invalid-json' } }),
      { kind: 'later', why: expect.stringContaining('no JSON') as string },
    ],
    ['anything', new TypeError('x'), { kind: 'later', retryAfterMs: null }],
  ])('%s', (_, error, expected) => {
    expect(deliveryOf(error, whom)).toMatchObject(expected);
  });

  it('never tells an address of the network', () => {
    const error = Object.assign(new Error('request to https://x/botSECRET/getMe failed'), {
      code: 'weird SECRET',
    });
    expect(deliveryOf(Object.assign(new Error('a SECRET'), { error }), whom).why).not.toContain('SECRET');
  });
});

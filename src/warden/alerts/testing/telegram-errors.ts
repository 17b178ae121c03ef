/** A body with which Telegram says no. */
export interface ErrorBody {
  readonly ok: false;
  readonly error_code: number;
  readonly description: string;
  readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number };
}

const no = (error_code: number, description: string, parameters?: ErrorBody['parameters']): ErrorBody => ({
  ok: false,
  error_code,
  description,
  ...(parameters === undefined ? {} : { parameters }),
});

/** The errors of the Bot API that are known, by what they are about. */
export const ERROR_BODIES: Readonly<Record<string, ErrorBody>> = {
  'bad-request-button-url-invalid': no(400, 'Bad Request: BUTTON_URL_INVALID'),
  'bad-request-chat-not-found': no(400, 'Bad Request: chat not found'),
  'bad-request-entities-too-long': no(400, 'Bad Request: entities too long'),
  'bad-request-file-too-big': no(400, 'Bad Request: file is too big'),
  'bad-request-group-chat-migrated': no(400, 'Bad Request: group chat was migrated to a supergroup chat', {
    migrate_to_chat_id: -123456789,
  }),
  'bad-request-group-deactivated': no(400, 'Bad Request: group is deactivated'),
  'bad-request-invalid-file-id': no(400, 'Bad Request: invalid file id'),
  'bad-request-member-not-found': no(400, 'Bad Request: member not found'),
  'bad-request-message-cant-be-deleted': no(400, "Bad Request: message can't be deleted"),
  'bad-request-message-cant-be-edited': no(400, "Bad Request: message can't be edited"),
  'bad-request-message-not-modified': no(400, 'Bad Request: message is not modified'),
  'bad-request-message-text-is-empty': no(400, 'Bad Request: message text is empty'),
  'bad-request-message-to-delete-not-found': no(400, 'Bad Request: message to delete not found'),
  'bad-request-message-to-edit-not-found': no(400, 'Bad Request: message to edit not found'),
  'bad-request-not-enough-rights-photos': no(
    400,
    'Bad Request: not enough rights to send photos to the chat',
  ),
  'bad-request-not-enough-rights-text': no(
    400,
    'Bad Request: not enough rights to send text messages to the chat',
  ),
  'bad-request-peer-id-invalid': no(400, 'Bad Request: PEER_ID_INVALID'),
  'bad-request-reply-message-not-found': no(400, 'Bad Request: reply message not found'),
  'bad-request-user-not-found': no(400, '[Error]: Bad Request: user not found'),
  'bad-request-wrong-parameter-action-in-request': no(400, 'Bad Request: wrong parameter action in request'),
  'conflicted-terminated-by-other-long-poll': no(409, 'Conflict: terminated by other long poll or webhook'),
  'forbidden-bot-blocked-by-user': no(403, 'Forbidden: bot was blocked by the user'),
  'forbidden-bot-cant-send-messages-to-bots': no(403, "Forbidden: bot can't send messages to bots"),
  'forbidden-bot-not-member-channel': no(403, 'Forbidden: bot is not a member of the channel chat'),
  'forbidden-bot-not-member-supergroup': no(403, 'Forbidden: bot is not a member of the supergroup chat'),
  'forbidden-bot-was-kicked': no(403, 'Forbidden: bot was kicked from the group chat'),
  'forbidden-cant-initiate-conversation': no(403, "Forbidden: bot can't initiate conversation with a user"),
  'forbidden-user-is-deactivated': no(403, 'Forbidden: user is deactivated'),
  'too-many-requests': no(429, 'Too Many Requests: retry after 123', { retry_after: 123 }),
  unauthorized: no(401, 'Unauthorized'),
  'webhook-is-active': no(
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  ),
};

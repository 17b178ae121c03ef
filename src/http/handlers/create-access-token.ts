import type { AccessTokenDraft } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';
import { makeAccessToken } from '../security/access-token.ts';

/** Makes an access token. Its secret is in this answer and nowhere else. */
export const createAccessToken: Handler<unknown, unknown, AccessTokenDraft> = async (call) => {
  const { body, caller, address, services } = call;
  const { access, clock, entropy } = services.settings;
  const { token, secret } = makeAccessToken(entropy, body, clock.now());
  await access.add(token);
  const { id, name, scope, createdAt, lastUsedAt } = token;
  services.events.tell(
    'token-created',
    address,
    `${caller?.name ?? 'Nobody'} made the access token "${name}" with the scope ${scope}.`,
  );
  return json({ id, name, scope, createdAt, lastUsedAt, secret }, 201);
};

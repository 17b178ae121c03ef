import { MoonwardenError } from '../../kernel/index.ts';
import { empty } from '../answer.ts';
import type { Handler } from '../call.ts';

/** Revokes an access token. Sessions and streams that came with it end. */
export const revokeAccessToken: Handler<{ id: string }> = async ({ params, caller, address, services }) => {
  const { access } = services.settings;
  const name = access.list().find(({ id }) => id === params.id)?.name;
  if (!(await access.revoke(params.id)))
    throw new MoonwardenError('NOT_FOUND', 'There is no such access token.');
  services.events.tell(
    'token-revoked',
    address,
    `${caller?.name ?? 'Nobody'} revoked the access token "${name ?? params.id}".`,
  );
  return empty();
};

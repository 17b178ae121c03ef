import { json } from '../answer.ts';
import type { Handler } from '../call.ts';
import { checkedMint, unknownMint } from '../mint.ts';

/** Everything about one token. */
export const showToken: Handler<{ mint: string }> = ({ params, services }) => {
  const mint = checkedMint(params.mint);
  const detail = services.settings.view.token(mint);
  if (detail === undefined) throw unknownMint(mint);
  return json(detail);
};

import { json } from '../answer.ts';
import type { Handler } from '../call.ts';
import { checkedMint, unknownMint } from '../mint.ts';

/** Reads one token at once. */
export const refreshToken: Handler<{ mint: string }> = async ({ params, services }) => {
  const mint = checkedMint(params.mint);
  const result = await services.settings.view.refresh(mint);
  if (result === undefined) throw unknownMint(mint);
  return json(result);
};

import { json } from '../answer.ts';
import type { Handler } from '../call.ts';
import { checkedMint, unknownMint } from '../mint.ts';

/** The whole story of one token. */
export const tokenStory: Handler<{ mint: string }> = async ({ params, services }) => {
  const mint = checkedMint(params.mint);
  const story = await services.settings.view.story(mint);
  if (story === undefined) throw unknownMint(mint);
  return json(story);
};

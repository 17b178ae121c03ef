import type { HistoryRange } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';
import { checkedMint, unknownMint } from '../mint.ts';

/** The score of one token over time. */
export const tokenHistory: Handler<{ mint: string }, { range: HistoryRange }> = async ({
  params,
  query,
  services,
}) => {
  const mint = checkedMint(params.mint);
  const history = await services.settings.view.history(mint, query.range);
  if (history === undefined) throw unknownMint(mint);
  return json(history);
};

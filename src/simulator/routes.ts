import type { DexAnswer } from '../hosts/dexscreener/index.ts';
import { ANSWER_CAP, BATCH_CAP, envelope, jsonAnswer } from './answers.ts';

/** What a market must know to answer each endpoint. Every text is JSON; an unknown token has no pairs. */
export interface MarketContent {
  /** The one pair that stands for the token in a batch. */
  representative(mint: string): string | undefined;
  /** The pools of the token on Solana, most relevant first. */
  pools(mint: string): readonly string[];
  /** Pairs, on any chain, that match a person's search. */
  search(query: string): readonly string[];
  /** The whole array of profiles. */
  profiles(): string;
  /** The whole array of the latest or the largest boosts. */
  boosts(list: 'latest' | 'top'): string;
}

/** Answers a path with DexScreener's endpoints, caps and envelopes. What is not one of them is 404. */
export function answerRoute(content: MarketContent, pathAndQuery: string): DexAnswer {
  const [path = '', query = ''] = pathAndQuery.split('?', 2);
  const segments = readSegments(path);
  if (segments === undefined) return refusal(400, 'Bad Request');
  const [first, second, third, fourth, ...rest] = segments;
  if (first === undefined || second === undefined || rest.length > 0) return refusal(404, 'Not Found');
  switch (`${first}/${second}`) {
    case 'tokens/v1':
      return third && fourth ? answerBatch(content, third, fourth) : refusal(404, 'Not Found');
    case 'token-pairs/v1':
      if (!third || !fourth) return refusal(404, 'Not Found');
      return jsonAnswer(arrayOf(third === 'solana' ? content.pools(fourth).slice(0, ANSWER_CAP) : []));
    case 'latest/dex':
      if (third === 'tokens' && fourth) return answerTokens(content, fourth);
      if (third === 'search' && fourth === undefined) return answerSearch(content, query);
      return refusal(404, 'Not Found');
    case 'token-profiles/latest':
      return third === 'v1' && !fourth ? jsonAnswer(content.profiles()) : refusal(404, 'Not Found');
    case 'token-boosts/latest':
    case 'token-boosts/top':
      if (third !== 'v1' || fourth) return refusal(404, 'Not Found');
      return jsonAnswer(content.boosts(second === 'top' ? 'top' : 'latest'));
    default:
      return refusal(404, 'Not Found');
  }
}

function answerBatch(content: MarketContent, chain: string, list: string): DexAnswer {
  const mints = readAddresses(list);
  if (mints.length > BATCH_CAP) return refusal(400, `At most ${BATCH_CAP} addresses`);
  if (chain !== 'solana') return jsonAnswer('[]');
  return jsonAnswer(arrayOf(mints.flatMap((mint) => content.representative(mint) ?? [])));
}

function answerTokens(content: MarketContent, list: string): DexAnswer {
  const mints = readAddresses(list);
  if (mints.length > BATCH_CAP) return refusal(400, `At most ${BATCH_CAP} addresses`);
  const pairs = new Set(mints.flatMap((mint) => content.pools(mint).slice(0, ANSWER_CAP)));
  return jsonAnswer(envelope(pairs.size === 0 ? null : [...pairs].slice(0, ANSWER_CAP)));
}

function answerSearch(content: MarketContent, query: string): DexAnswer {
  const wanted = new URLSearchParams(query).get('q')?.trim() ?? '';
  return jsonAnswer(envelope(wanted === '' ? [] : content.search(wanted).slice(0, ANSWER_CAP)));
}

function readSegments(path: string): string[] | undefined {
  try {
    return path
      .split('/')
      .slice(1)
      .map((segment) => decodeURIComponent(segment));
  } catch {
    return undefined;
  }
}

const readAddresses = (list: string): string[] => [...new Set(list.split(',').filter((text) => text !== ''))];

const arrayOf = (texts: readonly string[]): string => `[${texts.join(',')}]`;

const refusal = (status: number, error: string): DexAnswer => jsonAnswer(JSON.stringify({ error }), status);

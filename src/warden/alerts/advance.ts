import type { Book } from './book.ts';
import type { PipelineContext } from './context.ts';
import { expire, remind, remindOfSilences, summarise } from './remind.ts';
import { nextDue } from './due.ts';
import { take, type AlertEvent } from './take.ts';
import { tell } from './tell.ts';

/**
 * One turn of the pipeline: what happened is taken over and grouped, groups whose time has come go through mute, inhibit,
 * flapping, dedup and cap, and what is due again is said. What is to be sent and stored is in the book afterwards. It
 * touches nothing else, and asks no clock.
 */
export function advance(book: Book, events: readonly AlertEvent[], context: PipelineContext): void {
  if (events.length === 0 && !book.isDue(context)) return;
  take(book, events, context);
  const over = expire(book, context);
  take(
    book,
    over.map(({ key, at }) => ({
      kind: 'end',
      key,
      at,
      healedBy: null,
      why: 'It was not reported again in time.',
    })),
    context,
  );
  tell(book, context);
  remind(book, context);
  remindOfSilences(book, context);
  summarise(book, context);
  book.rest(nextDue(book, context), context);
}

import { useEffect, useMemo, useState } from 'react';
import { useJournal } from '../api/queries.ts';
import { mergeEntries, useLiveEntries } from '../live/live-journal.ts';
import { groupFeed, isShown, type FeedTopic } from './group.ts';

/** Pages that are fetched unasked when most of what came is not shown. */
const MOST_PAGES_UNASKED = 3;

/** What changed lately, up to `step` lines at first and as many more at each `showOlder`. */
export function useFeed(topic: FeedTopic, step: number) {
  const journal = useJournal();
  const live = useLiveEntries();
  const [lines, setLines] = useState(step);
  const [pagesAllowed, setPagesAllowed] = useState(MOST_PAGES_UNASKED);
  useEffect(() => setLines(step), [step, topic]);

  const items = useMemo(() => {
    const fetched = journal.data?.pages.flatMap((page) => page.items) ?? [];
    const entries = mergeEntries(fetched, live);
    return groupFeed(
      entries.filter((entry) => isShown(entry, topic)),
      topic,
    );
  }, [journal.data, live, topic]);

  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = journal;
  const pages = journal.data?.pages.length ?? 0;
  const short = items.length < lines;
  useEffect(() => {
    const wanted = short && hasNextPage && pages < pagesAllowed;
    if (wanted && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [short, hasNextPage, pages, pagesAllowed, isFetching, isFetchNextPageError, fetchNextPage]);

  return {
    journal,
    items: items.slice(0, lines),
    hasOlder: items.length > lines || hasNextPage,
    showOlder: (): void => {
      setLines((count) => count + step);
      setPagesAllowed(pages + MOST_PAGES_UNASKED);
      if (isFetchNextPageError) void fetchNextPage();
    },
  };
}

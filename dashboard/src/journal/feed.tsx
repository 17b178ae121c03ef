import { Button, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { EmptyNotice, ErrorNotice } from '../common/notice.tsx';
import { Section } from '../common/section.tsx';
import { usePhone } from '../common/use-phone.ts';
import { FeedLine } from './feed-line.tsx';
import { FeedSkeleton } from './feed-skeleton.tsx';
import type { FeedTopic } from './group.ts';
import { useFeed } from './use-feed.ts';
import styles from './feed.module.css';

interface Props {
  readonly title: string;
  /** When something is wrong, what the service does comes first until the reader chooses otherwise. */
  readonly trouble?: boolean;
}

const topics = [
  { value: 'all', label: 'All' },
  { value: 'service', label: 'Service' },
  { value: 'tokens', label: 'Tokens' },
];

/** What changed, newest first. */
export function Feed({ title, trouble = false }: Props) {
  const phone = usePhone();
  const [chosen, setChosen] = useState<FeedTopic | undefined>();
  const topic = chosen ?? (trouble ? 'service' : 'all');
  const { journal, items, hasOlder, showOlder } = useFeed(topic, phone ? 6 : 25);
  const controls = (
    <SegmentedControl
      size="xs"
      data={topics}
      value={topic}
      onChange={(value) => setChosen(value as FeedTopic)}
      fullWidth={phone}
      data-full={phone}
      aria-label="Which changes to show"
    />
  );
  return (
    <Section title={title} controls={controls} className={styles.section}>
      <div className={styles.scroll} role="region" aria-label={title} tabIndex={0}>
        {journal.isPending && <FeedSkeleton />}
        {journal.isError && items.length === 0 && (
          <ErrorNotice
            what="what changed"
            error={journal.error}
            retrying={journal.isFetching}
            onRetry={() => void journal.refetch()}
          />
        )}
        {journal.isSuccess && items.length === 0 && !journal.isFetching && (
          <EmptyNotice title="Nothing has changed yet">
            Tokens that are found or change status, sources that fail or come back, and conditions that start
            or end appear here as they happen.
          </EmptyNotice>
        )}
        <ul className={styles.list}>
          {items.map((item) => (
            <FeedLine key={keyOf(item)} item={item} />
          ))}
        </ul>
        {hasOlder && items.length > 0 && (
          <div className={styles.more}>
            <Button
              variant="subtle"
              className={styles.button}
              onClick={showOlder}
              loading={journal.isFetchingNextPage}
              fullWidth
            >
              {journal.isFetchNextPageError ? 'Could not load older entries. Try again' : 'Show older'}
            </Button>
          </div>
        )}
        {journal.isSuccess && !hasOlder && items.length > 0 && (
          <p className={styles.end}>The journal begins here.</p>
        )}
      </div>
    </Section>
  );
}

function keyOf(item: ReturnType<typeof useFeed>['items'][number]): string {
  return item.kind === 'entry' ? `e${item.entry.seq}` : `d${item.entries.at(-1)?.seq}`;
}

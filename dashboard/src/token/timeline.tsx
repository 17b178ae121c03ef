import { Button } from '@mantine/core';
import { useState } from 'react';
import type { TokenStory } from '../../../src/contract/index.ts';
import { EmptyNotice } from '../common/notice.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { plural, words } from '../format.ts';
import { Moment } from '../time/moment.tsx';
import { foldMiddle } from './fold-middle.ts';
import styles from './timeline.module.css';

type Event = TokenStory['events'][number];

/** What happened to the token, oldest first: how it began and what came last, the rest on demand. */
export function Timeline({ events }: { readonly events: TokenStory['events'] }) {
  const [whole, setWhole] = useState(false);
  const { first, folded, last } = foldMiddle(events, whole);
  return (
    <Section title="What happened" note={events.length > 0 ? plural(events.length, 'event') : undefined} fold>
      {events.length === 0 ? (
        <EmptyNotice title="Nothing has happened yet">
          Each check and each change of status of this token appears here.
        </EmptyNotice>
      ) : (
        <ol className={styles.events}>
          {first.map((event, index) => (
            <Line key={`${event.at} ${index}`} event={event} />
          ))}
          {folded > 0 && (
            <li className={styles.fold}>
              <Button variant="subtle" className={styles.button} onClick={() => setWhole(true)}>
                Show {plural(folded, 'event')} between
              </Button>
            </li>
          )}
          {last.map((event, index) => (
            <Line key={`${event.at} ${index}`} event={event} />
          ))}
        </ol>
      )}
    </Section>
  );
}

function Line({ event }: { readonly event: Event }) {
  return (
    <li className={styles.event} data-moved={event.type === 'token.moved'}>
      <span className={styles.time}>
        <Moment at={event.at} />
      </span>
      <span className={styles.dot} />
      <div className={styles.words}>
        <p className={styles.reason}>
          <Prose text={event.reason} />
        </p>
        <p className={styles.kind}>{words(event.type.replace(/^token\./, ''))}</p>
      </div>
    </li>
  );
}

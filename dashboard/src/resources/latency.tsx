import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { TimedItem, TimedKind } from '../../../src/contract/index.ts';
import { usePerformance } from '../api/resource-queries.ts';
import { Kept } from '../common/kept.tsx';
import { EmptyNotice, ErrorNotice } from '../common/notice.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { SkeletonPanel } from '../common/skeleton-panel.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { usePhone } from '../common/use-phone.ts';
import { count, missing, percent, rate } from '../format.ts';
import { measure } from './measure.ts';
import styles from './latency.module.css';

const kinds: readonly { value: TimedKind; label: string; empty: string }[] = [
  { value: 'api', label: 'Calls of APIs', empty: 'No API was called within the hour.' },
  { value: 'job', label: 'Jobs', empty: 'No run of a job ended within the hour.' },
  { value: 'http', label: 'Own API', empty: 'Nobody asked this service anything within the hour.' },
  { value: 'database', label: 'Database', empty: 'No statement was run within the hour.' },
];

type Span = 'recent' | 'hour';

/** How long things take, what took most time in all first. */
export function Latency() {
  const query = usePerformance();
  const { data: report, error, isFetching, refetch } = query;
  const phone = usePhone();
  const [kind, setKind] = useState<TimedKind>('api');
  const [span, setSpan] = useState<Span>('recent');
  const items = report?.items.filter((item) => item.kind === kind) ?? [];
  return (
    <Section
      title="Latency"
      note="what took most time in all first"
      controls={
        <div className={styles.controls} data-full={phone}>
          <SegmentedControl
            size="xs"
            data={kinds.map(({ value, label }) => ({ value, label }))}
            value={kind}
            onChange={(value) => setKind(value)}
            fullWidth={phone}
            aria-label="Of what"
          />
          <SegmentedControl
            size="xs"
            data={[
              { value: 'recent', label: '5 min' },
              { value: 'hour', label: '1 h' },
            ]}
            value={span}
            onChange={(value) => setSpan(value)}
            fullWidth={phone}
            aria-label="Over how long"
          />
        </div>
      }
    >
      {report && (
        <Kept what="the latency" query={query}>
          {items.length === 0 && (
            <EmptyNotice title="Nothing to time yet">
              {kinds.find(({ value }) => value === kind)?.empty}
            </EmptyNotice>
          )}
          {items.length > 0 &&
            (phone ? <Cards items={items} span={span} /> : <Table items={items} span={span} />)}
        </Kept>
      )}
      {!report && !error && (
        <div aria-hidden data-testid="loading-latency">
          <SkeletonPanel height={200} lines={4} />
        </div>
      )}
      {!report && error && (
        <ErrorNotice what="the latency" error={error} retrying={isFetching} onRetry={() => void refetch()} />
      )}
    </Section>
  );
}

interface ListProps {
  readonly items: readonly TimedItem[];
  readonly span: Span;
}

const ms = (value: number | null): string => (value === null ? missing : measure(value, 'ms'));

function Table({ items, span }: ListProps) {
  return (
    <table className={styles.table} aria-label="Latency">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Count</th>
          <th scope="col">Per min</th>
          <th scope="col">Failed</th>
          <th scope="col">Median</th>
          <th scope="col">p95</th>
          <th scope="col">p99</th>
          <th scope="col">Slowest</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.name} data-timed={item.name}>
            <th scope="row" className={styles.name}>
              <Name item={item} />
            </th>
            <td>{count(item[span].count)}</td>
            <td>{rate(item[span].perMinute)}</td>
            <td>{failed(item, span)}</td>
            <td>{ms(item[span].p50Ms)}</td>
            <td>{ms(item[span].p95Ms)}</td>
            <td>{ms(item[span].p99Ms)}</td>
            <td>{ms(item[span].maxMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cards({ items, span }: ListProps) {
  return (
    <ul aria-label="Latency">
      {items.map((item) => (
        <li key={item.name} className={styles.card} data-timed={item.name}>
          <p className={styles.name}>
            <Name item={item} />
          </p>
          <p className={styles.figures}>
            <span>
              p95 <strong>{ms(item[span].p95Ms)}</strong>
            </span>
            <span>
              failed <strong>{failed(item, span)}</strong>
            </span>
            <span>of {count(item[span].count)}</span>
          </p>
        </li>
      ))}
    </ul>
  );
}

function failed(item: TimedItem, span: Span): string {
  const { count: all, failed: bad } = item[span];
  return bad === 0 ? '0' : `${count(bad)} (${percent(bad / all)})`;
}

function Name({ item: { name, slower } }: { readonly item: TimedItem }) {
  return (
    <>
      <Prose text={name} />
      {slower !== null && (
        <span className={styles.slower}>
          <StateMark state="degraded" size={10} silent /> {slower.ratio.toFixed(1)} times slower than before:{' '}
          {ms(slower.recentMs)} instead of {ms(slower.usualMs)}
        </span>
      )}
    </>
  );
}

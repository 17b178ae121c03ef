import type { ReactNode } from 'react';
import type { DatabaseReport, SlowQuery } from '../../../src/contract/index.ts';
import { useDatabase, useResources } from '../api/resource-queries.ts';
import { Kept } from '../common/kept.tsx';
import { ErrorNotice } from '../common/notice.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { SkeletonPanel } from '../common/skeleton-panel.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { count, plural } from '../format.ts';
import { RelativeTime } from '../time/relative-time.tsx';
import { measure } from './measure.ts';
import styles from './database.module.css';

const UNKNOWN = 'not measured yet';

/** How large the database is, how it does, and which statements took long. */
export function Database() {
  const query = useDatabase();
  const { data: report, error, isFetching, refetch } = query;
  return (
    <Section title="Database" fold>
      {report && (
        <Kept what="the database" query={query}>
          <Facts report={report} />
          <Slow report={report} />
        </Kept>
      )}
      {!report && !error && (
        <div aria-hidden data-testid="loading-database">
          <SkeletonPanel height={200} lines={4} />
        </div>
      )}
      {!report && error && (
        <ErrorNotice what="the database" error={error} retrying={isFetching} onRetry={() => void refetch()} />
      )}
    </Section>
  );
}

function Facts({ report: { file, checkpoint, integrity, writer } }: { readonly report: DatabaseReport }) {
  const values = useResources().data?.values;
  const valueOf = (name: string): number | null =>
    values?.find((value) => value.name === name)?.value ?? null;
  const [free, fullInS] = [valueOf('disk_free_bytes'), valueOf('disk_full_in_s')];
  const size = (value: number | null): string => (value === null ? UNKNOWN : measure(value, 'bytes'));
  return (
    <dl className={styles.facts}>
      <Fact name="File">
        {file === null
          ? 'in memory: nothing is kept'
          : (file.error ??
            (file.bytes === null
              ? UNKNOWN
              : `${size(file.bytes)}, ${file.freeBytes ? size(file.freeBytes) : 'none'} of it empty`))}
      </Fact>
      <Fact name="Write-ahead log">{file === null ? 'none' : size(file.walBytes)}</Fact>
      <Fact name="Moved into the file">
        {checkpoint === null ? (
          'not yet'
        ) : (
          <>
            {checkpoint.error !== null && (
              <>
                <StateMark state="degraded" size={10} />{' '}
              </>
            )}
            <RelativeTime at={checkpoint.at} />
            {checkpoint.error === null
              ? `, ${count(checkpoint.moved)} of ${plural(checkpoint.pages, 'page')} in ${measure(checkpoint.durationMs, 'ms')}`
              : `, failed: ${checkpoint.error}`}
          </>
        )}
      </Fact>
      <Fact name="Checked">
        {integrity === null ? (
          'not yet'
        ) : (
          <>
            {integrity.faults.length > 0 && (
              <>
                <StateMark state="critical" size={10} />{' '}
              </>
            )}
            <RelativeTime at={integrity.at} />
            {integrity.error !== null
              ? `, broke off: ${integrity.error}`
              : integrity.faults.length === 0
                ? ', sound'
                : `, damaged: ${integrity.faults.join('; ')}`}
          </>
        )}
      </Fact>
      {file !== null && (
        <Fact name="Disk that it is on">
          {size(free)}
          {free !== null &&
            ` free, ${fullInS === null ? 'not seen to fill up' : `full in ${measure(fullInS, 's')} at the pace of the last hour`}`}
        </Fact>
      )}
      <Fact name="Changes that wait">
        {writer.waiting === 0 && writer.waitP95Ms === null
          ? 'none'
          : `${count(writer.waiting)} now${writer.waitP95Ms === null ? '' : `; those that waited did so for ${measure(writer.waitP95Ms, 'ms')} (p95)`}`}
      </Fact>
      <Fact name="Tried again">
        {writer.busyRetries === 0
          ? 'never'
          : `${plural(writer.busyRetries, 'time')} because somebody else was writing`}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Slow({ report: { slow, slowRecently } }: { readonly report: DatabaseReport }) {
  if (slow.length === 0) return <p className={styles.calm}>No statement took over 100 ms.</p>;
  return (
    <div className={styles.slow}>
      <h3 className={styles.slowTitle}>
        {plural(slow.length, 'statement')} over 100 ms{' '}
        <span className={styles.note}>{count(slowRecently)} in the last 5 minutes</span>
      </h3>
      <ul aria-label="Slow statements">
        {slow.map((query) => (
          <SlowStatement key={`${query.at} ${query.sql}`} query={query} />
        ))}
      </ul>
    </div>
  );
}

function SlowStatement({ query }: { readonly query: SlowQuery }) {
  const { at, name, sql, durationMs, rows, thread, plan, advice } = query;
  return (
    <li>
      <details className={styles.statement}>
        <summary className={styles.summary}>
          <span className={styles.name}>{name}</span>
          <span className={styles.took}>{measure(durationMs, 'ms')}</span>
          <RelativeTime at={at} />
        </summary>
        <div className={styles.more}>
          {advice.map(({ kind, text }) => (
            <p key={kind}>
              <Prose text={text} />
            </p>
          ))}
          <p className={styles.note}>
            {rows === null ? '' : `${plural(rows, 'row')}; `}
            {thread === 'main' ? 'the service waited for it' : 'nobody waited for it'}
          </p>
          <pre className={styles.sql} tabIndex={0} aria-label="Statement">
            {sql}
          </pre>
          {plan !== null && (
            <pre className={styles.sql} tabIndex={0} aria-label="Plan">
              {plan.join('\n')}
            </pre>
          )}
        </div>
      </details>
    </li>
  );
}

import { SegmentedControl, Select, Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { SignalHistoryReport, SignalList } from '../../../src/contract/index.ts';
import { useSignal } from '../api/resource-queries.ts';
import { ChevronIcon } from '../common/icons.tsx';
import { Kept, isOld } from '../common/kept.tsx';
import { EmptyNotice, ErrorNotice } from '../common/notice.tsx';
import { PagePart, partOfPage } from '../common/page-part.tsx';
import { Section } from '../common/section.tsx';
import { usePhone } from '../common/use-phone.ts';
import { duration, exactTime } from '../format.ts';
import { setSearch, useSearch } from '../routing/router.ts';
import { limitsOf, type Row } from './chart-data.ts';
import { families, labelText, seriesId, signalWords, type Signal } from './families.ts';
import { HISTORY_ID } from './history-id.ts';
import { measure } from './measure.ts';
import { RANGES, rangeOf, type Range } from './ranges.ts';
import styles from './history.module.css';

const HistoryChart = lazy(() => partOfPage(import('./history-chart.tsx')));

/** What a first look is for. */
const FIRST_SIGNAL = 'process_rss_bytes';
/** As many rows as anybody reads. */
const MOST_LINES = 60;

const ranges = Object.entries(RANGES).map(([value, { label }]) => ({ value, label }));

interface Props {
  readonly signals: UseQueryResult<SignalList>;
}

/** One signal over a time that the reader chooses; both are in the address. */
export function History({ signals }: Props) {
  const search = useSearch();
  const phone = usePhone();
  const name = search.get('signal') ?? FIRST_SIGNAL;
  const labels = search.get('labels') ?? '';
  const range = rangeOf(search.get('range'));
  const query = useSignal(name, labels, range);
  const { data, error, isFetching, isPlaceholderData, refetch } = query;
  return (
    <Section
      title="History"
      id={HISTORY_ID}
      className={styles.section}
      controls={
        <div className={styles.controls} data-full={phone}>
          <Picker signals={signals.data} name={name} labels={labels} />
          <SegmentedControl
            size="xs"
            data={ranges}
            value={range}
            onChange={(value) => setSearch({ range: value })}
            fullWidth={phone}
            aria-label="How far back"
          />
        </div>
      }
    >
      <div className={isPlaceholderData ? styles.busy : undefined} aria-busy={isPlaceholderData}>
        {data && (
          <Kept what="the history" query={query}>
            <Shown
              report={data}
              labels={labels}
              range={range}
              everyMs={signals.data?.recordEveryMs ?? 5_000}
              isOld={isOld(query)}
            />
          </Kept>
        )}
        {!data && !error && (
          <div className={styles.body}>
            <Skeleton height="100%" radius="sm" aria-hidden data-testid="loading-history" />
          </div>
        )}
        {!data && error && (
          <ErrorNotice
            what="the history"
            error={error}
            retrying={isFetching}
            onRetry={() => void refetch()}
          />
        )}
      </div>
    </Section>
  );
}

interface PickerProps {
  readonly signals: SignalList | undefined;
  readonly name: string;
  readonly labels: string;
}

function Picker({ signals, name, labels }: PickerProps) {
  const chosen = seriesId(name, labels);
  const known = signals?.items ?? [];
  const data = families(known).map(([group, of]) => ({ group, items: of.map(choice) }));
  const isKnown = data.some(({ items }) => items.some(({ value }) => value === chosen));
  return (
    <Select
      className={styles.picker}
      aria-label="Signal"
      data={isKnown ? data : [{ value: chosen, label: signalWords(name) }, ...data]}
      value={chosen}
      onChange={(value) => {
        const signal = known.find((each) => seriesId(each.name, labelText(each.labels)) === value);
        if (signal) setSearch({ signal: signal.name, labels: labelText(signal.labels) || null });
      }}
      searchable
      allowDeselect={false}
      // What is chosen gives way to what is typed.
      onFocus={(event) => event.currentTarget.select()}
      nothingFoundMessage="No signal has that in its name."
      withScrollArea={false}
      classNames={{ dropdown: styles.choices ?? '', option: styles.choice ?? '' }}
    />
  );
}

/** A signal in the list; its labels and what is said of it are words, so that a search finds them. */
function choice({ name, labels, level }: Signal): { readonly value: string; readonly label: string } {
  const own = Object.values(labels).map((value) => `, ${value}`);
  return {
    value: seriesId(name, labelText(labels)),
    label: `${signalWords(name)}${own.join('')}${level === null ? '' : ` (${level})`}`,
  };
}

interface ShownProps {
  readonly report: SignalHistoryReport;
  readonly labels: string;
  readonly range: Range;
  /** Time between two points. */
  readonly everyMs: number;
  readonly isOld: boolean;
}

function Shown({ report, labels, range, everyMs, isOld: old }: ShownProps) {
  const { name, unit, meaning, from, to } = report;
  const series = report.series.find((each) => labelText(each.labels) === labels) ?? report.series[0];
  const rows = series?.rows ?? [];
  const { drawn, far } = limitsOf(report.limits, series?.labels ?? {}, rows);
  // A range begins where history does; the axis shows all that was asked for.
  const begin = Math.min(from, to - spanMs(range));
  if (rows.length < 2)
    return (
      <div className={styles.body}>
        <EmptyNotice title={rows[0] ? onlyValue(rows[0], unit) : 'Nothing was measured in this time'}>
          Each value is kept for an hour, then by the minute for 48 hours, then by quarter of an hour for 90
          days. A signal that nothing measures now may still have a longer history.
        </EmptyNotice>
      </div>
    );
  return (
    <>
      {meaning !== null && <p className={styles.meaning}>{sentence(meaning)}</p>}
      <div className={styles.body}>
        <PagePart what="the chart">
          <Suspense fallback={<Skeleton height="100%" radius="sm" aria-hidden />}>
            <HistoryChart
              name={signalWords(name)}
              unit={unit}
              rows={rows}
              stepMs={report.stepMs ?? everyMs}
              from={begin}
              to={to}
              limits={drawn.map(({ value }) => value)}
              isOld={old}
            />
          </Suspense>
        </PagePart>
      </div>
      <p className={styles.foot}>
        <span className={styles.key}>
          <span className={styles.signal} /> {report.stepMs === null ? 'each value' : 'mean'}
        </span>
        {report.stepMs !== null && (
          <span className={styles.key}>
            <span className={styles.band} /> lowest to highest of {duration(report.stepMs)}
          </span>
        )}
        {drawn.map((limit) => (
          <span key={`${limit.rule} ${limit.level}`} className={styles.key}>
            <span className={styles.limit} /> {limit.level} from {measure(limit.value, unit)} on
          </span>
        ))}
        {far.map((limit) => (
          <span key={`${limit.rule} ${limit.level}`}>
            {limit.level} from {measure(limit.value, unit)} on, far above
          </span>
        ))}
      </p>
      <AsTable rows={rows} unit={unit} />
    </>
  );
}

/** The same in numbers, newest first. */
function AsTable({ rows, unit }: { readonly rows: readonly Row[]; readonly unit: string | null }) {
  const newest = rows.slice(-MOST_LINES).toReversed();
  const left = rows.length - newest.length;
  return (
    <details className={styles.numbers}>
      <summary className={styles.summary}>
        <span className={styles.chevron}>
          <ChevronIcon />
        </span>
        In numbers{left > 0 && `, the newest ${newest.length} of ${rows.length}`}
      </summary>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="Values of the chart">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Lowest</th>
              <th scope="col">Mean</th>
              <th scope="col">Highest</th>
            </tr>
          </thead>
          <tbody>
            {newest.map((row) => (
              <tr key={row.at}>
                <th scope="row">{exactTime(row.at)}</th>
                <td>{measure(row.min, unit)}</td>
                <td>{measure(row.avg, unit)}</td>
                <td>{measure(row.max, unit)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const onlyValue = ({ at, avg }: Row, unit: string | null): string =>
  `One value so far: ${measure(avg, unit)}, ${exactTime(at)}`;

/** "memory in use" as a sentence of its own. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The length of a range, in ms. */
const spanMs = (range: Range): number =>
  Number.parseInt(range, 10) * UNITS_MS[range.slice(-1) as keyof typeof UNITS_MS];

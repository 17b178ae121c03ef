import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { JudgedRule } from '../../../src/contract/index.ts';
import { useRules } from '../api/health-queries.ts';
import { ChevronIcon } from '../common/icons.tsx';
import { Loaded } from '../common/loaded.tsx';
import { EmptyNotice } from '../common/notice.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { usePhone } from '../common/use-phone.ts';
import { plural, strangerText } from '../format.ts';
import { RelativeTime } from '../time/relative-time.tsx';
import {
  byVerdict,
  isNotWell,
  levelWords,
  limitsOf,
  originWords,
  rulesSentence,
  verdictOf,
} from './words.ts';
import styles from './rules.module.css';

type Choice = 'ill' | 'all';

/** By what the service judges itself, and how each rule stands. */
export function Rules({ stale }: { readonly stale: boolean }) {
  const query = useRules();
  const phone = usePhone();
  const [choice, setChoice] = useState<Choice>('ill');
  const items = query.data?.items ?? [];
  const ill = items.filter(isNotWell);
  const shown = byVerdict(choice === 'ill' ? ill : items);
  return (
    <Section
      title="Rules"
      id="rules"
      note={items.length > 0 ? rulesSentence(items) : undefined}
      controls={
        <SegmentedControl
          size="xs"
          data={[
            { value: 'ill', label: 'Not well only' },
            { value: 'all', label: 'All' },
          ]}
          value={choice}
          onChange={(value) => setChoice(value)}
          fullWidth={phone}
          data-full={phone}
          aria-label="Which rules to show"
        />
      }
    >
      <Loaded what="the rules" query={query} lines={4} height={160}>
        {() => (
          <>
            {items.length === 0 && (
              <EmptyNotice title="No rules yet">
                Each rule by which the service judges itself is listed here with its verdict, as soon as it
                has begun.
              </EmptyNotice>
            )}
            {items.length > 0 && shown.length === 0 && (
              <p className={styles.calm}>No rule finds anything wrong.</p>
            )}
            {shown.length > 0 && (
              <>
                <div className={styles.columns} aria-hidden>
                  <span className={styles.first}>Rule</span>
                  <span>Verdict</span>
                  <span>Reason</span>
                  <span>Begins at</span>
                </div>
                <ul aria-label="Rules">
                  {shown.map((rule) => (
                    <Rule key={rule.name} rule={rule} stale={stale} />
                  ))}
                </ul>
              </>
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function Rule({ rule, stale }: { readonly rule: JudgedRule; readonly stale: boolean }) {
  const { name, reason, series } = rule;
  const { state, words } = verdictOf(rule);
  return (
    <li data-rule={name}>
      <details>
        <summary className={styles.line}>
          <span className={styles.mark}>
            <StateMark state={stale ? 'unknown' : state} size={12} silent />
          </span>
          <span className={styles.name}>
            {strangerText(name, 120)}
            {series > 1 && <span className={styles.aside}> {plural(series, 'series', 'series')}</span>}
          </span>
          <span className={styles.verdict}>{stale ? 'Unknown' : words}</span>
          <span className={styles.reason}>
            <Prose text={reason} />
          </span>
          <span className={styles.limits}>{limitsOf(rule)}</span>
          <span className={styles.chevron}>
            <ChevronIcon />
          </span>
        </summary>
        <More rule={rule} />
      </details>
    </li>
  );
}

function More({ rule }: { readonly rule: JudgedRule }) {
  const { kind, origin, signal, essential, levels, unit, gravest, nextSteps, remedy, series } = rule;
  const listed = series > 1 ? gravest : gravest.filter((each) => each.since !== null);
  return (
    <div className={styles.more}>
      <p>
        A rule {originWords[origin]}, of the kind {kind}; it looks at{' '}
        {signal === null ? 'other rules' : <code>{signal}</code>}.
        {essential && ' While it is unknown, so is health.'}
      </p>
      <ul className={styles.levels}>
        {levels.map((level) => (
          <li key={level.level}>{levelWords(level, unit)}</li>
        ))}
      </ul>
      {listed.length > 0 && (
        <ul className={styles.series} aria-label="Series">
          {listed.map((each) => (
            <li key={JSON.stringify(each.labels)} className={styles.one}>
              <StateMark state={verdictOf(each).state} size={10} />
              <span>
                {labelsOf(each.labels) !== '' && <strong>{labelsOf(each.labels)}: </strong>}
                <Prose text={each.reason} />
                {each.since !== null && (
                  <span className={styles.aside}>
                    {' '}
                    began <RelativeTime at={each.since} />
                  </span>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {remedy !== null && (
        <p>
          <Prose text={`What the service does about it: ${remedy}.`} />
        </p>
      )}
      {nextSteps.length > 0 && (
        <div>
          <p className={styles.aside}>What a person can do</p>
          <ol className={styles.steps}>
            {nextSteps.map((step) => (
              <li key={step}>
                <Prose text={step} />
              </li>
            ))}
          </ol>
        </div>
      )}
    </div>
  );
}

const labelsOf = (labels: JudgedRule['gravest'][number]['labels']): string =>
  Object.entries(labels)
    .map(([name, value]) => strangerText(`${name} ${value}`))
    .join(', ');

import { Button } from '@mantine/core';
import { Fragment, useEffect, useRef, useState } from 'react';
import type { RecoveryReport } from '../../../src/contract/index.ts';
import { useRecover, useRecovery } from '../api/health-queries.ts';
import { RequestError } from '../api/http.ts';
import { useSession } from '../api/queries.ts';
import { Confirm } from '../common/confirm.tsx';
import { Loaded } from '../common/loaded.tsx';
import { EmptyNotice } from '../common/notice.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { usePhone } from '../common/use-phone.ts';
import { count, duration, inSentence, words } from '../format.ts';
import { totals, type Action } from './healing.ts';
import { stepWords } from './words.ts';
import styles from './actions.module.css';

/** What the service can do, what came of it, and a way to begin one by hand. */
export function Actions() {
  const query = useRecovery();
  const scope = useSession().data?.scope;
  const mayRun = scope === 'operate' || scope === 'admin';
  return (
    <Section title="What it can do" note="and what came of it" fold id="actions">
      <Loaded what="the actions" query={query} lines={8} height={320}>
        {(report) =>
          report.actions.length === 0 ? (
            <EmptyNotice title="No actions">
              What the service can do to heal itself is listed here, with what came of it for each condition.
            </EmptyNotice>
          ) : (
            <List report={report} mayRun={mayRun} />
          )
        }
      </Loaded>
    </Section>
  );
}

interface ListProps {
  readonly report: RecoveryReport;
  readonly mayRun: boolean;
}

function List({ report, mayRun }: ListProps) {
  const phone = usePhone();
  const [asked, setAsked] = useState<string>();
  const props = (action: Action) => ({
    action,
    report,
    mayRun,
    isAsked: asked === action.name,
    onAsk: (wanted: boolean) => setAsked(wanted ? action.name : undefined),
  });
  if (phone)
    return (
      <ul>
        {report.actions.map((action) => (
          <Card key={action.name} {...props(action)} />
        ))}
      </ul>
    );
  return (
    <table className={styles.table} aria-label="Actions">
      <thead>
        <tr>
          <th scope="col">Action</th>
          <th scope="col">Step</th>
          <th scope="col">Should end</th>
          <th scope="col" className={styles.number}>
            Within
          </th>
          <th scope="col" className={styles.number}>
            Helped
          </th>
          <th scope="col" className={styles.number}>
            No effect
          </th>
          <th scope="col" className={styles.number}>
            Worse
          </th>
          {mayRun && (
            <th scope="col">
              <span className="sr-only">By hand</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {report.actions.map((action) => (
          <Row key={action.name} {...props(action)} />
        ))}
      </tbody>
    </table>
  );
}

interface ActionProps extends ListProps {
  readonly action: Action;
  readonly isAsked: boolean;
  readonly onAsk: (wanted: boolean) => void;
}

function Row(props: ActionProps) {
  const { action, mayRun, isAsked } = props;
  const { name, step, verifyWithinMs, outcomes } = action;
  const { worked, didNotWork, madeItWorse } = totals(outcomes);
  const run = useRun(props);
  const shown = isAsked || run.said !== null;
  return (
    <>
      <tr data-name={name} data-open={shown}>
        <th scope="row" className={styles.name}>
          {words(name)}
        </th>
        <td className={styles.step}>{stepWords[step]}</td>
        <td className={styles.ends}>
          <Ends action={action} />
        </td>
        <td className={styles.number}>{duration(verifyWithinMs)}</td>
        <td className={styles.number}>{count(worked)}</td>
        <td className={styles.number}>{count(didNotWork)}</td>
        <td className={styles.number}>{count(madeItWorse)}</td>
        {mayRun && (
          <td className={styles.control}>
            <RunButton {...props} run={run} />
          </td>
        )}
      </tr>
      {shown && (
        <tr>
          <td colSpan={8} className={styles.under}>
            <Asked {...props} run={run} />
          </td>
        </tr>
      )}
    </>
  );
}

function Card(props: ActionProps) {
  const { action, mayRun } = props;
  const { name, step, verifyWithinMs, outcomes } = action;
  const { worked, didNotWork, madeItWorse } = totals(outcomes);
  const run = useRun(props);
  return (
    <li className={styles.card} data-name={name}>
      <p className={styles.cardHead}>
        <strong>{words(name)}</strong>
        <span className={styles.aside}>{stepWords[step]}</span>
      </p>
      <p className={styles.outcomes}>
        <span>
          helped <strong>{count(worked)}</strong>
        </span>
        <span>
          no effect <strong>{count(didNotWork)}</strong>
        </span>
        <span>
          worse <strong>{count(madeItWorse)}</strong>
        </span>
      </p>
      <div className={styles.ends}>
        <Ends action={action} />
        <p className={styles.aside}>judged after {duration(verifyWithinMs)}</p>
      </div>
      {mayRun && (
        <div>
          <RunButton {...props} run={run} />
        </div>
      )}
      <Asked {...props} run={run} />
    </li>
  );
}

/** Which conditions it is for, and of those where anything came of it, what. */
function Ends({ action: { ends, outcomes } }: Pick<ActionProps, 'action'>) {
  const tried = outcomes.filter((each) => each.worked + each.didNotWork + each.madeItWorse > 0);
  return (
    <>
      <p>
        {ends.map((end, index) => (
          <Fragment key={end}>
            {index > 0 && ', '}
            <code>{end}</code>
          </Fragment>
        ))}
      </p>
      {(tried.length > 1 || tried.some(({ condition }) => !ends.includes(condition))) &&
        tried.map(({ condition, worked, didNotWork, madeItWorse }) => (
          <p key={condition} className={styles.aside}>
            {condition}: helped {worked}, no effect {didNotWork}, worse {madeItWorse}
          </p>
        ))}
    </>
  );
}

interface Run {
  readonly busy: boolean;
  readonly failure: string | null;
  /** What came of it. */
  readonly said: string | null;
  readonly start: () => void;
  readonly forget: () => void;
}

function useRun({ action: { name, verifyWithinMs }, onAsk }: ActionProps): Run {
  const recover = useRecover();
  const { error, data } = recover;
  return {
    busy: recover.isPending,
    failure: error && `${error.message} ${error instanceof RequestError ? error.todo : ''}`,
    said: data
      ? `${words(name)} has begun (${data.id}). Above is said whether it helped, ${duration(verifyWithinMs)} after its end at the latest.`
      : null,
    start: () => recover.mutate(name, { onSuccess: () => onAsk(false) }),
    forget: () => recover.reset(),
  };
}

function RunButton({ action, isAsked, onAsk, run }: ActionProps & { readonly run: Run }) {
  return (
    <Button
      variant="default"
      size="compact-sm"
      className={styles.button}
      aria-expanded={isAsked}
      aria-label={`Run ${inSentence(action.name)}`}
      onClick={() => {
        run.forget();
        onAsk(!isAsked);
      }}
    >
      Run
    </Button>
  );
}

function Asked({ action, report, isAsked, onAsk, run }: ActionProps & { readonly run: Run }) {
  const outcome = useRef<HTMLParagraphElement>(null);
  const { said } = run;
  useEffect(() => {
    if (said !== null) outcome.current?.focus();
  }, [said]);
  if (isAsked)
    return (
      <Confirm
        confirm={`Run ${inSentence(action.name)} now`}
        effect={<Prose text={effectOf(action, report)} />}
        busy={run.busy}
        failure={run.failure}
        onSure={run.start}
        onClose={() => onAsk(false)}
      />
    );
  return (
    <p ref={outcome} className={styles.said} role="status" tabIndex={-1}>
      {said}
    </p>
  );
}

function effectOf({ step, ends }: Action, { budget }: RecoveryReport): string {
  const what =
    step === 'hard'
      ? 'The process ends, and what supervises it starts it again: for some seconds nothing answers. What was acknowledged is kept.'
      : step === 'medium'
        ? 'A part of the service is started anew. No work is lost.'
        : 'Nobody should notice it.';
  const left = Math.max(0, budget.perHour - budget.used);
  return `${what} It should end ${ends.map((end) => `\`${end}\``).join(', ')}. The limits are those of the service itself: ${left} of ${budget.perHour} tries are left within the hour.`;
}

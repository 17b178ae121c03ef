import type { SchedulerReport } from '../../../src/contract/index.ts';
import { EmptyNotice } from '../common/notice.tsx';
import { Section } from '../common/section.tsx';
import { plural } from '../format.ts';
import { Group } from './group.tsx';
import styles from './group.module.css';

interface Props {
  readonly report: SchedulerReport;
  readonly maySteer: boolean;
  readonly stale: boolean;
}

/** A line each while all is well, and what is wrong where it is not. */
export function Groups({ report: { groups }, maySteer, stale }: Props) {
  return (
    <Section
      title="Groups"
      note={groups.length > 0 ? `${plural(groups.length, 'group')}, over the last hour` : undefined}
    >
      {groups.length === 0 ? (
        <EmptyNotice title="No jobs yet">
          Each job is listed here with its group, its plan and its last runs, as soon as the service has added
          it.
        </EmptyNotice>
      ) : (
        <>
          <div className={styles.columns} aria-hidden>
            <span className={styles.columnName}>Group</span>
            <span>State</span>
            <span>Lag</span>
            <span>Backlog</span>
            <span>Items a minute</span>
            <span>Runs an hour</span>
            <span>Last run</span>
          </div>
          <ul>
            {groups.map((group) => (
              <Group key={group.group} group={group} maySteer={maySteer} stale={stale} />
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

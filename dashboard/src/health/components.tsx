import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { DetailedHealth } from '../../../src/contract/index.ts';
import { ChevronIcon } from '../common/icons.tsx';
import { Loaded } from '../common/loaded.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { strangerText, words } from '../format.ts';
import { Lasting } from '../time/lasting.tsx';
import { becauseOf, isWrong, sumOfParts, treeOf, type TreeNode } from './tree.ts';
import styles from './components.module.css';

interface Props {
  readonly query: UseQueryResult<DetailedHealth>;
  /** The page has lost its connection: nothing of this is known to be so. */
  readonly stale: boolean;
}

/** The parts of the service, each with its state and the reason for it. */
export function Components({ query, stale }: Props) {
  const { data } = query;
  return (
    <Section title="Components" note={data && !stale ? sumOfParts(data.components) : undefined}>
      <Loaded what="the components" query={query} lines={12} height={420}>
        {({ components }) => (
          <ul className={styles.tree}>
            {treeOf(components).map((node) => (
              <Node key={node.component.name} node={node} depth={0} stale={stale} />
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}

interface NodeProps {
  readonly node: TreeNode;
  readonly depth: number;
  readonly stale: boolean;
}

function Node({ node, depth, stale }: NodeProps) {
  const { component, parts } = node;
  // The service itself is the head of the tree: its parts are always there.
  if (depth === 0 || parts.length === 0)
    return (
      <li data-component={component.name}>
        <Row node={node} depth={depth} stale={stale} because={depth === 0 ? becauseOf(node) : null} />
        {parts.length > 0 && <Parts parts={parts} depth={depth} stale={stale} />}
      </li>
    );
  return <Folded node={node} depth={depth} stale={stale} />;
}

/** A part with parts of its own: unfolded by itself when something is wrong with them. */
function Folded({ node, depth, stale }: NodeProps) {
  const isIll = isWrong(node.component);
  const [open, setOpen] = useState(isIll);
  const inUse = useRef(false);
  useEffect(() => {
    // Who has folded or unfolded it is not contradicted, but for what has gone wrong since.
    if (isIll || !inUse.current) setOpen(isIll);
  }, [isIll]);
  return (
    <li data-component={node.component.name}>
      <details
        open={open}
        onToggle={(event) => setOpen(event.currentTarget.open)}
        onClickCapture={() => (inUse.current = true)}
      >
        <summary className={styles.summary}>
          <Row
            node={node}
            depth={depth}
            stale={stale}
            because={open ? becauseOf(node) : null}
            chevron={<ChevronIcon />}
          />
        </summary>
        <Parts parts={node.parts} depth={depth} stale={stale} />
      </details>
    </li>
  );
}

function Parts({ parts, depth, stale }: Omit<NodeProps, 'node'> & Pick<TreeNode, 'parts'>) {
  return (
    <ul>
      {parts.map((part) => (
        <Node key={part.component.name} node={part} depth={depth + 1} stale={stale} />
      ))}
    </ul>
  );
}

interface RowProps extends NodeProps {
  /** Said in place of the reason, which stands below. */
  readonly because: string | null;
  readonly chevron?: ReactNode;
}

function Row({ node: { component }, depth, stale, because, chevron }: RowProps) {
  const { title, status, reason, since, essential } = component;
  return (
    <div className={styles.row} data-depth={Math.min(depth, 4)} data-wrong={isWrong(component)}>
      <span className={styles.chevron}>{chevron}</span>
      <span className={styles.mark}>
        <StateMark state={stale ? 'unknown' : status} size={12} />
      </span>
      <span className={styles.name}>
        {titled(title)}
        {!essential && depth > 0 && <span className={styles.aside}> not essential</span>}
      </span>
      <span className={styles.reason}>
        <Prose text={because ?? reason} />
      </span>
      <span className={styles.since}>
        {since !== null && (
          <>
            <span className={styles.for}>for </span>
            <Lasting since={since} />
          </>
        )}
      </span>
    </div>
  );
}

/** Parts that labels tell apart are named as the labels are: "hot", "pumpportal". */
const titled = (title: string): string => strangerText(/^[a-z]/.test(title) ? words(title) : title);

import { useId, useState, type ReactNode } from 'react';
import { ChevronIcon } from './icons.tsx';
import { usePhone } from './use-phone.ts';
import styles from './section.module.css';

interface Props {
  readonly title: string;
  /** A number or a few words beside the title. */
  readonly note?: ReactNode;
  /** Controls at the end of the title's line; never folded away with the phone's summary. */
  readonly controls?: ReactNode;
  /** On a phone the section is folded until it is asked for. */
  readonly fold?: boolean;
  /** Folded, but open at first. */
  readonly startOpen?: boolean;
  readonly id?: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

export function Section({
  title,
  note,
  controls,
  fold = false,
  startOpen = false,
  id,
  className,
  children,
}: Props) {
  const phone = usePhone();
  const heading = useId();
  const [open] = useState(startOpen);
  const head = (
    <>
      <h2 id={heading} className={styles.title}>
        {title}
      </h2>
      {note !== undefined && <span className={styles.note}>{note}</span>}
    </>
  );
  return (
    <section id={id} aria-labelledby={heading} className={`${styles.section} ${className ?? ''}`}>
      {fold && phone ? (
        <details className={styles.details} open={open}>
          <summary className={styles.summary}>
            <span className={styles.chevron}>
              <ChevronIcon />
            </span>
            {head}
          </summary>
          {controls && <div className={styles.foldedControls}>{controls}</div>}
          {children}
        </details>
      ) : (
        <>
          <div className={styles.head}>
            {head}
            {controls && <div className={styles.controls}>{controls}</div>}
          </div>
          {children}
        </>
      )}
    </section>
  );
}

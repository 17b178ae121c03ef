import { useEffect, useRef, useState } from 'react';
import styles from './changed.module.css';

/** Text that is marked for a second when it changes in place. */
export function Changed({ text, title }: { readonly text: string; readonly title?: string }) {
  const shown = useRef(text);
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    if (shown.current === text) return;
    shown.current = text;
    setChanges((count) => count + 1);
  }, [text]);
  // The key starts the mark anew when a second change falls into the first one's second.
  return (
    <span key={changes} className={changes > 0 ? styles.changed : undefined} title={title}>
      {text}
    </span>
  );
}

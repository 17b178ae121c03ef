import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ConfigReport } from '../../../src/contract/index.ts';
import { ChevronIcon, SearchIcon } from '../common/icons.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { usePhone } from '../common/use-phone.ts';
import { plural, strangerText, words } from '../format.ts';
import { SetForm } from './set-form.tsx';
import {
  actsWords,
  isChanged,
  keyOf,
  sectionsOf,
  sourceWords,
  valueText,
  type Setting,
  type SettingsSection,
} from './settings.ts';
import styles from './settings.module.css';

const LONGEST = 300;

/** Every setting, by section: what it is, where that comes from, and when a change of it acts. */
export function Settings({ report }: { readonly report: ConfigReport }) {
  const phone = usePhone();
  const [text, setText] = useState('');
  const [which, setWhich] = useState('all');
  const sections = sectionsOf(report.items, { text, changedOnly: which === 'changed' });
  const isSearched = text.trim() !== '' || which === 'changed';
  return (
    <Section
      title="Settings"
      note={plural(report.items.length, 'setting')}
      controls={
        <div className={styles.controls} data-full={phone}>
          <SegmentedControl
            size="xs"
            data={[
              { value: 'all', label: 'All' },
              { value: 'changed', label: 'Not default' },
            ]}
            value={which}
            onChange={setWhich}
            fullWidth={phone}
            aria-label="Which settings to show"
          />
          <TextInput
            type="search"
            aria-label="Search settings"
            placeholder="Search"
            leftSection={<SearchIcon />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </div>
      }
    >
      {sections.length === 0 && <p className={styles.none}>No setting is like this.</p>}
      {sections.map((section) => (
        // A search shows what it finds; without one each is as it was left.
        <Part
          key={`${section.name} ${isSearched}`}
          section={section}
          file={report.file}
          startOpen={isSearched}
        />
      ))}
    </Section>
  );
}

interface PartProps {
  readonly section: SettingsSection;
  readonly file: string | null;
  readonly startOpen: boolean;
}

function Part({ section: { name, items, changed }, file, startOpen }: PartProps) {
  const [open, setOpen] = useState(startOpen);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)} data-section={name}>
      <summary className={styles.summary}>
        <span className={styles.chevron}>
          <ChevronIcon />
        </span>
        <h3>{name === 'http' ? 'HTTP' : words(name)}</h3>
        <span className={styles.aside}>
          {plural(items.length, 'setting')}
          {changed > 0 && `, ${changed} not default`}
        </span>
      </summary>
      <ul>
        {items.map((item) => (
          <Line key={item.path} item={item} file={file} />
        ))}
      </ul>
    </details>
  );
}

function Line({ item, file }: { readonly item: Setting; readonly file: string | null }) {
  const { path, value, source, about, waits } = item;
  const [asked, setAsked] = useState(false);
  const fixed = source === 'command line' || source === 'environment';
  return (
    <li className={styles.setting} data-path={path}>
      <div className={styles.line}>
        <div className={styles.what}>
          <p className={styles.key} title={path}>
            <code>{keyOf(path)}</code>
          </p>
          <p className={styles.about}>
            <Prose text={about} />
          </p>
        </div>
        <p className={styles.value} data-none={value === null}>
          {strangerText(valueText(value), LONGEST)}
        </p>
        <p className={styles.from} data-changed={isChanged(item)}>
          {sourceWords(source, file)}
        </p>
        <p className={styles.acts}>
          {waits && (
            <>
              <StateMark state="unknown" size={10} silent />{' '}
            </>
          )}
          {actsWords(item)}
        </p>
        <Button
          variant="default"
          size="compact-sm"
          className={styles.button}
          aria-label={`Change ${path}`}
          aria-expanded={asked}
          disabled={fixed}
          title={fixed ? `What the ${source} says goes before what is set here.` : undefined}
          onClick={() => setAsked(!asked)}
        >
          Change
        </Button>
      </div>
      <SetForm item={item} asked={asked} onClose={() => setAsked(false)} />
    </li>
  );
}

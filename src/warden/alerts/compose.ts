import {
  causeText,
  factsOf,
  groupFacts,
  itemOf,
  linksOf,
  manySections,
  sectionsOf,
  triedLines,
} from './compose-parts.ts';
import { localTime, type LocalTime } from './local-time.ts';
import type { Message } from './message.ts';
import type { Notice, NoticeAlert, Report } from './notice.ts';
import { countOf, lasted, moodWord, oneLine, sentence, severitiesText, shorten } from './words.ts';

/** What messages are made with. */
export interface ComposeOptions {
  /** Name of this service. */
  readonly source: string;
  readonly dashboardUrl: string | null;
  /** What a path of a runbook is read against; null: the path itself is told. */
  readonly runbookBase: string | null;
  /** Name of the IANA database. */
  readonly timeZone: string;
  /** Wall clock in ms. Default: when the notice was made. */
  readonly now?: number;
}

/** What the parts of a message are made with. */
export interface Frame {
  readonly options: ComposeOptions;
  readonly now: number;
  readonly time: LocalTime;
}

const ITEMS = 10;
const TITLE_MAX = 200;
const PARAGRAPH_MAX = 1_000;

/** A notice in words: what, where, since when, how bad, why, what was and will be done, what to do. Pure. */
export function compose(notice: Notice, options: ComposeOptions): Message {
  const frame: Frame = { options, now: options.now ?? notice.at, time: localTime(options.timeZone) };
  const draft = draftOf(notice, frame);
  return {
    ...draft,
    title: shorten(oneLine(draft.title), TITLE_MAX),
    text: draft.text
      .map((one) => shorten(oneLine(one), PARAGRAPH_MAX))
      .filter((paragraph) => paragraph !== ''),
    facts: draft.facts.map(([label, value]) => [oneLine(label), oneLine(value)] as const),
    items: draft.items.map((item) => ({ ...item, id: oneLine(item.id), text: oneLine(item.text) })),
    sections: draft.sections.map(({ title, lines }) => ({
      title: oneLine(title),
      lines: lines.map(oneLine),
    })),
    total: notice.total,
    links: linksOf(notice, options),
    attachment:
      notice.list === null ? null : { name: 'alerts.txt', text: `${notice.list.map(oneLine).join('\n')}\n` },
    about: aboutOf(notice),
  };
}

type Draft = Pick<Message, 'mood' | 'title' | 'text' | 'facts' | 'items' | 'sections'>;

/** Buttons are about one alert that is there; of several, each is named by its id. */
function aboutOf(notice: Notice): string | null {
  const [alert] = notice.alerts;
  return notice.total === 1 && alert?.endedAt === null ? alert.id : null;
}

function draftOf(notice: Notice, frame: Frame): Draft {
  const { source } = frame.options;
  const loud = moodWord(notice.severity);
  switch (notice.kind) {
    case 'firing':
      return firing(
        notice,
        frame,
        notice.update ? `${loud} on ${source}, update` : `${loud} on ${source}`,
        notice.update ? ['This was told before; there is more now, or it is worse.'] : [],
      );
    case 'resolved':
      return resolved(notice, frame);
    case 'flapping':
      return {
        ...firing(notice, frame, '', [
          `It comes and goes: ${countOf(notice.flips, 'change')} in ${lasted(notice.withinMs)}. You hear nothing more of it until it is quiet.`,
        ]),
        title: `${loud} on ${source}, flapping: ${subjectOf(notice)} changed ${countOf(notice.flips, 'time')} in ${lasted(notice.withinMs)}`,
      };
    case 'flapping-ended':
      return flappingEnded(notice, frame);
    case 'escalation':
      return firing(notice, frame, `${loud} on ${source}, unanswered for ${lasted(notice.unseenMs)}`, [
        `Nobody has taken it on for ${lasted(notice.unseenMs)}, so you are told now (step ${notice.step} of the escalation). Acknowledge it to stop this.`,
      ]);
    case 'reminder':
      return firing(notice, frame, `${loud} on ${source}, ${REMINDERS[notice.because]}`, [
        sentence(notice.why),
      ]);
    case 'summary':
      return {
        ...severalOf(notice, frame),
        mood: notice.severity,
        title: `${loud} on ${source}, summary: ${countOf(notice.total, 'alert')} held back (${severitiesText(notice.counts)})`,
        text: [
          `The limit of ${countOf(notice.limit, 'message')} an hour was reached. Since ${frame.time.moment(notice.sinceAt, frame.now)} these were held back.`,
        ],
      };
    case 'report':
      return reported(notice.report, notice, frame);
    case 'test':
      return {
        mood: 'ok',
        title: `Test message from ${source}`,
        text: ['This channel works. Nothing is wrong, and there is nothing to do.'],
        facts: [
          ['Asked for by', notice.by],
          ['Sent', frame.time.moment(notice.at, frame.now)],
        ],
        items: [],
        sections: [],
      };
  }
}

const REMINDERS = {
  'still-firing': 'still there',
  'ack-expired': 'still there, acknowledgement over',
  'silence-ends': 'hidden by a silence that ends soon',
} as const;

/** The alert when there is one, else how many there are. */
const single = ({ alerts, total }: Notice): NoticeAlert | null => (total === 1 ? (alerts[0] ?? null) : null);

const subjectOf = (notice: Notice): string => single(notice)?.rule ?? countOf(notice.total, 'alert');

function firing(notice: Notice, frame: Frame, heading: string, first: readonly string[]): Draft {
  const alert = single(notice);
  const mood = notice.severity;
  if (alert === null) {
    const [worst] = notice.alerts;
    return {
      ...severalOf(notice, frame),
      mood,
      title: `${heading}: ${countOf(notice.total, 'alert')} (${severitiesText(notice.counts)})`,
      text: [
        ...first,
        ...(worst ? [`The worst: ${sentence(worst.summary)}`] : []),
        ...(worst ? causeText(worst) : []),
      ],
    };
  }
  const title = heading === '' ? '' : `${heading}: ${alert.summary.replace(/\.$/, '')}`;
  return {
    mood,
    title,
    // What the title says in full is not said twice.
    text: [
      ...(title !== '' && title.length <= TITLE_MAX ? [] : [sentence(alert.summary)]),
      ...first,
      ...causeText(alert),
    ],
    facts: factsOf(alert, frame),
    items: [],
    sections: sectionsOf(alert),
  };
}

function severalOf(notice: Notice, frame: Frame): Omit<Draft, 'mood' | 'title' | 'text'> {
  return {
    facts: groupFacts(notice, frame),
    items: notice.alerts.slice(0, ITEMS).map((alert) => itemOf(alert, frame)),
    sections: manySections(notice),
  };
}

function resolved(notice: Notice, frame: Frame): Draft {
  const { source } = frame.options;
  const alert = single(notice);
  if (alert === null) {
    return {
      ...severalOf(notice, frame),
      sections: [],
      mood: 'ok',
      title: `Resolved on ${source}: ${countOf(notice.total, 'alert')} (${severitiesText(notice.counts)})`,
      text: ['All of these are over. There is nothing to do.'],
    };
  }
  const endedAt = alert.endedAt ?? notice.at;
  const tried = triedLines(alert);
  return {
    mood: 'ok',
    title: `Resolved on ${source} after ${lasted(endedAt - alert.startedAt)}: ${alert.rule}`,
    text: [
      alert.healedBy === null
        ? 'It is over; it ended by itself. There is nothing to do.'
        : `It is over; ${alert.healedBy} healed it. There is nothing to do.`,
      `What it was: ${sentence(alert.summary)}`,
      ...causeText(alert),
    ],
    facts: factsOf(alert, frame),
    items: [],
    sections: tried === null ? [] : [{ title: 'What was tried', lines: tried }],
  };
}

function flappingEnded(notice: Extract<Notice, { kind: 'flapping-ended' }>, frame: Frame): Draft {
  const { source } = frame.options;
  const history = `${countOf(notice.flips, 'change')} in ${lasted(notice.forMs)}`;
  if (notice.firing)
    return {
      ...firing(notice, frame, '', [`It no longer comes and goes (${history}), and it is there now.`]),
      title: `${moodWord(notice.severity)} on ${source}, no longer flapping and still there: ${subjectOf(notice)} (${history})`,
    };
  const alert = single(notice);
  return {
    ...(alert === null
      ? severalOf(notice, frame)
      : { facts: factsOf(alert, frame), items: [], sections: [] }),
    mood: 'ok',
    title: `Quiet again on ${source}: ${subjectOf(notice)} (${history})`,
    text: [
      'It no longer comes and goes, and it is not there now. There is nothing to do.',
      ...(alert === null ? [] : [`What it was: ${sentence(alert.summary)}`]),
    ],
  };
}

function reported(report: Report, notice: Notice, frame: Frame): Draft {
  return {
    mood: notice.severity === 'info' ? 'ok' : notice.severity,
    title: `${report.title} of ${frame.options.source}: ${report.sentence.replace(/\.$/, '')}`,
    text: [sentence(report.sentence)],
    facts: [['Time', frame.time.range(report.from, report.to, frame.now)]],
    items: notice.alerts.slice(0, ITEMS).map((alert) => itemOf(alert, frame)),
    sections: report.sections.map(({ title, facts, lines }) => ({
      title,
      lines: [...facts.map(([label, value]) => `${label}: ${value}`), ...lines],
    })),
  };
}

import type { Message } from '../message.ts';
import { itemLines } from '../plain-text.ts';
import { moodWord } from '../words.ts';

/** Readable on white and on black. */
const COLOURS = {
  info: '#3178c6',
  ok: '#2e8b57',
  warning: '#c27c0e',
  error: '#d9480f',
  critical: '#d6336c',
} as const;

/** Text that no reader of mail takes for markup. */
export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/**
 * A message as a page of HTML, without anything that is loaded. Colours of text and background are the reader's own, so
 * that it is dark where all is dark. Pure.
 */
export function htmlOf(message: Message): string {
  const { mood, title, text, facts, sections, links } = message;
  const rows = facts.map(
    ([label, value]) =>
      `<tr><td style="padding:2px 12px 2px 0;opacity:.7;vertical-align:top;white-space:nowrap">${escapeHtml(label)}</td><td style="padding:2px 0">${escapeHtml(value)}</td></tr>`,
  );
  const parts = [
    `<p style="margin:0 0 4px;font-size:12px;font-weight:bold;letter-spacing:1px;color:${COLOURS[mood]}">${escapeHtml(moodWord(mood))}</p>`,
    `<h1 style="margin:0 0 12px;font-size:18px;line-height:1.3">${escapeHtml(title)}</h1>`,
    ...text.map((paragraph) => `<p style="margin:0 0 10px">${escapeHtml(paragraph)}</p>`),
    rows.length === 0
      ? ''
      : `<table style="border-collapse:collapse;margin:0 0 12px">${rows.join('')}</table>`,
    listOf(itemLines(message)),
    ...sections.map(
      (section) =>
        `<h2 style="margin:12px 0 4px;font-size:15px">${escapeHtml(section.title)}</h2>${listOf(section.lines)}`,
    ),
    links.length === 0
      ? ''
      : `<p style="margin:12px 0 0">${links.map(({ label, url }) => `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`).join(' &middot; ')}</p>`,
  ];
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escapeHtml(title)}</title></head>`,
    '<body style="margin:0;padding:16px;font-family:system-ui,sans-serif;font-size:15px;line-height:1.45">',
    `<div style="max-width:640px;border-left:4px solid ${COLOURS[mood]};padding-left:14px">`,
    ...parts.filter((part) => part !== ''),
    '</div></body></html>',
    '',
  ].join('\n');
}

const listOf = (lines: readonly string[]): string =>
  lines.length === 0
    ? ''
    : `<ul style="margin:0 0 10px;padding-left:20px">${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`;

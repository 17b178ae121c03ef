/** A span of time in ms since the epoch; `toMs` does not belong to it. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The minutes of a test that holds for some of them, as spans. Minutes are asked for in order. */
export function spansWhere(
  fromMinute: number,
  toMinute: number,
  minuteMs: number,
  holds: (minute: number) => boolean,
): Span[] {
  const spans: Span[] = [];
  let since: number | undefined;
  for (let minute = fromMinute; minute < toMinute; minute++) {
    const isSo = holds(minute);
    if (isSo && since === undefined) since = minute;
    if (!isSo && since !== undefined) {
      spans.push({ fromMs: since * minuteMs, toMs: minute * minuteMs });
      since = undefined;
    }
  }
  if (since !== undefined) spans.push({ fromMs: since * minuteMs, toMs: toMinute * minuteMs });
  return spans;
}

/** What of the spans lies between two times. */
export function clip(spans: readonly Span[], fromMs: number, toMs: number): Span[] {
  return spans
    .map((span) => ({ fromMs: Math.max(span.fromMs, fromMs), toMs: Math.min(span.toMs, toMs) }))
    .filter((span) => span.toMs > span.fromMs);
}

/** What lies between two times and in none of the spans, which are in order. */
export function gaps(spans: readonly Span[], fromMs: number, toMs: number): Span[] {
  const found: Span[] = [];
  let atMs = fromMs;
  for (const span of clip(spans, fromMs, toMs)) {
    if (span.fromMs > atMs) found.push({ fromMs: atMs, toMs: span.fromMs });
    atMs = span.toMs;
  }
  if (atMs < toMs) found.push({ fromMs: atMs, toMs });
  return found;
}

/** How long the spans last together, in ms. */
export const lengthMs = (spans: readonly Span[]): number =>
  spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);

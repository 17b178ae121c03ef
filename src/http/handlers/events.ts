import type { OutgoingHttpHeaders } from 'node:http';
import type { Answer } from '../answer.ts';
import type { Handler } from '../call.ts';
import { retryAfter } from '../gate.ts';
import { HttpError } from '../problem.ts';
import { parseLastEventId } from '../stream/event-text.ts';

/** Live events, going on where the reader left off. */
export const events: Handler<unknown, { lastEventId?: string | undefined }> = ({
  query,
  caller,
  services,
  raw: { request, reply },
}): Answer => {
  if (caller === null) throw new HttpError('UNAUTHORIZED', 'Events are for callers with a name.');
  if (services.streams.isFull) {
    throw new HttpError('STREAMS_FULL', 'No further event stream can be opened.', retryAfter(10_000));
  }
  const header = request.headers['last-event-id'];
  const lastEventId = parseLastEventId(typeof header === 'string' ? header : query.lastEventId);
  const headers = reply.getHeaders() as OutgoingHttpHeaders;
  reply.hijack();
  const response = reply.raw;
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // nginx would hold events back.
    'x-accel-buffering': 'no',
  });
  services.streams.open(response, caller, lastEventId);
  return { kind: 'taken' };
};

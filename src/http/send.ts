import type { FastifyReply } from 'fastify';
import type { Answer } from './answer.ts';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** Writes an answer. */
export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.kind === 'taken') return reply;
  void reply.headers(answer.headers);
  switch (answer.kind) {
    case 'json':
      return reply.code(answer.status).send(answer.body);
    case 'html':
      return reply.code(answer.status).type('text/html; charset=utf-8').send(answer.html);
    case 'text':
      return reply.code(answer.status).type(answer.type).send(answer.text);
    case 'empty':
      return reply.code(answer.status).send();
    case 'redirect':
      return reply.redirect(answer.to, 303);
    case 'file':
      void reply.removeHeader('cache-control');
      return answer.forever
        ? reply.sendFile(answer.path, { maxAge: YEAR_MS, immutable: true })
        : reply.sendFile(answer.path, { maxAge: 0 });
  }
}

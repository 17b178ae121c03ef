import type { ServerResponse } from 'node:http';
import type { EventName, JournalEntry } from '../../../src/contract/index.ts';

/** The open event streams of the fake service. */
export class EventStreams {
  readonly #open = new Set<ServerResponse>();

  get count(): number {
    return this.#open.size;
  }

  add(response: ServerResponse, missed: readonly JournalEntry[]): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': hello\n\n');
    for (const entry of missed) response.write(frame('journal', entry, entry.seq));
    this.#open.add(response);
    response.on('close', () => this.#open.delete(response));
  }

  send(name: EventName, data: unknown, id?: number): void {
    for (const response of this.#open) response.write(frame(name, data, id));
  }

  cut(): void {
    for (const response of this.#open) response.destroy();
    this.#open.clear();
  }
}

function frame(name: EventName, data: unknown, id: number | undefined): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

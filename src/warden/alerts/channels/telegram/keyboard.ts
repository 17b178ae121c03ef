/** What a button asks for. */
export interface Press {
  readonly what: 'ack' | 'silence' | 'details';
  readonly id: string;
}

/** A button as Telegram takes it. */
export interface Button {
  readonly text: string;
  readonly callback_data: string;
}

const MARKS = { ack: 'a', silence: 's', details: 'd' } as const;
/** In UTF-8. */
const MAX_DATA_BYTES = 64;

/** Buttons for an alert; null when its id is too long to come back with them. Pure. */
export function keyboardFor(id: string): Button[][] | null {
  const button = (text: string, what: Press['what']): Button => ({
    text,
    callback_data: `${MARKS[what]}:${id}`,
  });
  const rows = [
    [button('✔ Ack', 'ack'), button('🔕 Silence 1 h', 'silence')],
    [button('Details', 'details')],
  ];
  const fits = Buffer.byteLength(`a:${id}`) <= MAX_DATA_BYTES && !/\p{Surrogate}/u.test(id) && id !== '';
  return fits ? rows : null;
}

/** What a pressed button asks for; null when it is none of ours. Pure. */
export function pressOf(data: string): Press | null {
  const [, mark, id = ''] = /^([asd]):(.+)$/s.exec(data) ?? [];
  for (const what of ['ack', 'silence', 'details'] as const) if (MARKS[what] === mark) return { what, id };
  return null;
}

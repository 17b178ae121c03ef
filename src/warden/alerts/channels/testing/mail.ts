/** A part of a mail, its text decoded. */
export interface MailPart {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly parts: readonly MailPart[];
}

/** Reads a mail as it came over the wire (RFC 5322, 2045, 2047): enough of it for what nodemailer writes. */
export function parseMail(raw: string): MailPart {
  const [, head = '', body = ''] = /^([\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(raw) ?? [];
  const headers: Record<string, string> = {};
  for (const line of head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = words(line.slice(colon + 1).trim());
  }
  const boundary = /boundary="?([^";]+)"?/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined)
    return { headers, text: decode(body, headers['content-transfer-encoding'] ?? ''), parts: [] };
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => parseMail(part.replace(/^\r\n/, '').replace(/\r\n$/, '')));
  return { headers, text: '', parts };
}

/** All parts of a type, however deep. */
export function partsOf(mail: MailPart, type: string): readonly MailPart[] {
  const own = mail.headers['content-type']?.startsWith(type) ? [mail] : [];
  return [...own, ...mail.parts.flatMap((part) => partsOf(part, type))];
}

function decode(body: string, encoding: string): string {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64').toString('utf8');
  if (/quoted-printable/i.test(encoding)) return quoted(body.replaceAll('=\r\n', ''));
  return Buffer.from(body, 'latin1').toString('utf8');
}

const quoted = (text: string): string =>
  Buffer.from(
    text.replaceAll(/=([\dA-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

/** Words of a header that are encoded. */
const words = (text: string): string =>
  text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how: string, word: string) =>
      how.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('utf8')
        : quoted(word.replaceAll('_', ' ')),
    );

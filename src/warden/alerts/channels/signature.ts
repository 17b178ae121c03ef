import { createHmac, timingSafeEqual } from 'node:crypto';

/** Header that carries {@link signatureOf}. */
export const SIGNATURE_HEADER = 'x-moonwarden-signature';

const macOf = (secret: string, seconds: number, body: string): Buffer =>
  createHmac('sha256', secret).update(`${seconds}.${body}`).digest();

/** `t=<seconds since the epoch>,v1=<hex of the HMAC-SHA256 of "t.body">`. */
export function signatureOf(secret: string, body: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000);
  return `t=${seconds},v1=${macOf(secret, seconds, body).toString('hex')}`;
}

/**
 * Whether a request was signed with `secret`, and not longer ago (or ahead) than `toleranceMs`: for receivers.
 * @param header the value of `x-moonwarden-signature`; several `v1` may be in it, of which one has to match.
 * @param body the body as it came, byte for byte.
 * @param nowMs wall clock.
 */
export function verifySignature(
  secret: string,
  header: string,
  body: string,
  nowMs: number,
  toleranceMs = 300_000,
): boolean {
  const pairs = header.split(',').map((pair) => pair.trim().split('='));
  const [stamp] = pairs.filter(([name]) => name === 't').map(([, value]) => value ?? '');
  if (stamp === undefined || !/^\d{1,12}$/.test(stamp)) return false;
  const seconds = Number(stamp);
  if (Math.abs(nowMs - 1_000 * seconds) > toleranceMs) return false;
  const expected = macOf(secret, seconds, body);
  return pairs
    .filter(([name, value]) => name === 'v1' && /^[\da-f]{64}$/i.test(value ?? ''))
    .some(([, value]) => timingSafeEqual(Buffer.from(value ?? '', 'hex'), expected));
}

const WORD = 8;
const STRING_HEADER = 16;
const OBJECT_HEADER = 24;
/** A slot in a Map or Set: key, value, chain. */
const ENTRY = 3 * WORD;

/**
 * About how many bytes of heap a value keeps alive: plain data, arrays, maps, sets, buffers, dates, and what they hold.
 * Strings count 2 bytes a character, what is reached twice counts once; functions and what private fields hide are not
 * seen. The figures are those of a 64-bit V8 without pointer compression, as Node is built; property names are shared
 * between objects of a shape and count nothing. Takes time in proportion to the size.
 */
export function estimateBytes(value: unknown): number {
  let bytes = 0;
  const seen = new Set<object>();
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') bytes += STRING_HEADER + 2 * next.length;
    else if (typeof next === 'bigint') bytes += STRING_HEADER + Math.ceil(next.toString(16).length / 2);
    else if (typeof next !== 'object' || next === null) bytes += WORD;
    else if (!seen.has(next)) {
      seen.add(next);
      bytes += OBJECT_HEADER + openUp(next, open);
    }
  }
  return bytes;
}

/** Adds what an object holds to `open`; gives the bytes of its own slots. */
function openUp(object: object, open: unknown[]): number {
  if (ArrayBuffer.isView(object)) {
    open.push(object.buffer);
    return 4 * WORD;
  }
  if (object instanceof ArrayBuffer || object instanceof SharedArrayBuffer) return object.byteLength;
  if (object instanceof Date) return WORD;
  if (object instanceof Map) {
    for (const [key, item] of object) open.push(key, item);
    return ENTRY * object.size;
  }
  if (object instanceof Set) {
    for (const item of object) open.push(item);
    return ENTRY * object.size;
  }
  const items = Object.values(object);
  for (const item of items) open.push(item);
  return WORD * items.length;
}

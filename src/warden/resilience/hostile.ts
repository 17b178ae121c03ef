/** Whether it may have properties. */
export const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** A property of whatever was thrown: a getter, or a proxy, that throws has none. */
export function peek(value: unknown, key: string | number): unknown {
  if (!isObject(value)) return undefined;
  try {
    return (value as Record<string | number, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** Calls a method of whatever was thrown; undefined when there is none or it throws. */
export function ask(value: unknown, method: string, argument: string): unknown {
  const found = peek(value, method);
  if (typeof found !== 'function') return undefined;
  try {
    return Reflect.apply(found, value, [argument]) as unknown;
  } catch {
    return undefined;
  }
}

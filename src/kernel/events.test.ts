import { expect, test, vi } from 'vitest';
import { createEmitter } from './events.ts';

interface Events {
  rose: number;
  fell: string;
}
const setUp = () => {
  const onListenerError = vi.fn<(error: unknown, name: keyof Events) => void>();
  const heard: string[] = [];
  const hear = (who: string) => (payload: unknown) => void heard.push(`${who}:${String(payload)}`);
  return { emitter: createEmitter<Events>(onListenerError), onListenerError, heard, hear };
};

test('listeners are called in order, each for its own event', () => {
  const { emitter, heard, hear } = setUp();
  emitter.on('rose', hear('a'));
  emitter.on('fell', hear('other'));
  emitter.on('rose', hear('b'));
  emitter.emit('rose', 1);
  emitter.emit('fell', 'x');
  expect(heard).toEqual(['a:1', 'b:1', 'other:x']);
});

test('an event that nobody listens to is no error', () => {
  const { emitter, onListenerError } = setUp();
  emitter.emit('rose', 1);
  expect(onListenerError).not.toHaveBeenCalled();
});

test('one that throws is reported and changes nothing for the others', () => {
  const { emitter, heard, hear, onListenerError } = setUp();
  const error = new Error('listener');
  emitter.on('rose', hear('before'));
  emitter.on('rose', () => {
    throw error;
  });
  emitter.on('rose', hear('after'));
  emitter.emit('rose', 1);
  expect(heard).toEqual(['before:1', 'after:1']);
  expect(onListenerError.mock.calls).toEqual([[error, 'rose']]);
});

test('removing works once and for that listener only, though the same function was added twice', () => {
  const { emitter, heard, hear } = setUp();
  const same = hear('same');
  const remove = emitter.on('rose', same);
  emitter.on('rose', same);
  remove();
  remove();
  emitter.emit('rose', 1);
  expect(heard).toEqual(['same:1']);
});

test('one that is removed while an event is told is not called any more, and no other is left out', () => {
  const { emitter, heard, hear } = setUp();
  const removeSelf = emitter.on('rose', (value) => {
    hear('self')(value);
    removeSelf();
    removeThird();
  });
  emitter.on('rose', hear('second'));
  const removeThird = emitter.on('rose', hear('third'));
  emitter.on('rose', hear('fourth'));
  emitter.emit('rose', 1);
  emitter.emit('rose', 2);
  expect(heard).toEqual(['self:1', 'second:1', 'fourth:1', 'second:2', 'fourth:2']);
});

test('one that is added while an event is told hears the next one first', () => {
  const { emitter, heard, hear } = setUp();
  const remove = emitter.on('rose', () => {
    remove();
    emitter.on('rose', hear('new'));
  });
  emitter.emit('rose', 1);
  expect(heard).toEqual([]);
  emitter.emit('rose', 2);
  expect(heard).toEqual(['new:2']);
});

test('what an asynchronous listener rejects with is told as if it had thrown', async () => {
  const { emitter, onListenerError } = setUp();
  const error = new Error('later');
  const listener: () => unknown = async () => {
    await Promise.resolve();
    throw error;
  };
  emitter.on('rose', listener);
  emitter.emit('rose', 1);
  expect(onListenerError).not.toHaveBeenCalled();
  await new Promise((resolve) => setImmediate(resolve));
  expect(onListenerError.mock.calls).toEqual([[error, 'rose']]);
});

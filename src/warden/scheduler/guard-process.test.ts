import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { runInContext } from '../../kernel/index.ts';
import { guardProcess } from './guard-process.ts';

const setUp = (contain = (runId: string): boolean => runId === 'mine') => {
  const events = new EventEmitter();
  const crashes: unknown[] = [];
  const release = guardProcess({ events, contain, onCrash: (error) => crashes.push(error) });
  return { events, crashes, release };
};

test.each(['uncaughtException', 'unhandledRejection'])('%s of a run is contained, and no other', (name) => {
  const { events, crashes } = setUp();
  runInContext({ runId: 'mine' }, () => events.emit(name, 1));
  expect(crashes).toEqual([]);
  runInContext({ runId: 'of another' }, () => events.emit(name, 2));
  runInContext({ correlationId: 'mine' }, () => events.emit(name, 3));
  events.emit(name, 4);
  expect(crashes).toEqual([2, 3, 4]);
});

test('an error at which containing fails is one of the process', () => {
  const { events, crashes } = setUp(() => {
    throw new Error('broken');
  });
  runInContext({ runId: 'mine' }, () => events.emit('uncaughtException', 1));
  expect(crashes).toEqual([1]);
});

test('a guard that was taken away hears nothing', () => {
  const { events, release } = setUp();
  release();
  expect(events.eventNames()).toEqual([]);
});

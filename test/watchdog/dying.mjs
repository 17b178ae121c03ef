// @ts-check
/** The watching thread ends while it holds the main one: the main one must go on. */
import { Worker, isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  await new Promise((resolve) => worker.once('message', resolve));
  const startMs = performance.now();
  while (performance.now() - startMs < 500);
  console.log(`the thread ended with ${await ended}`);
  setTimeout(() => console.log('the loop went on'), 20);
} else {
  const { parentPort } = await import('node:worker_threads');
  const { captureMainThread } = await import(
    new URL('../../dist/warden/watchdog/capture.js', import.meta.url).href
  );
  // Or the thread ends for want of anything to do.
  parentPort?.on('message', () => undefined);
  parentPort?.postMessage('ready');
  setTimeout(() => {
    captureMainThread({
      unansweredMs: () => 0,
      after: () => () => undefined,
      // Asked when the main thread is held.
      isOver: () => process.exit(7),
      isInspectorOpen: () => false,
      folder: '/',
      ownUrl: '',
    });
  }, 100);
}

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launch, visit, type Look, type Visit } from './browser.ts';
import { FakeService, type FakeOptions } from './fake-service.ts';

/** How a page is opened. */
export interface Opening {
  readonly look?: Look;
  /** Instead of the path of the suite. */
  readonly path?: string;
  /** Is done when the service is there and nobody looks at it yet. */
  readonly prepare?: () => void;
}

/** The page of a fake service, another one in each test. */
export interface PageScene {
  /** Starts the service and opens its page. */
  open(options?: FakeOptions, opening?: Opening): Promise<Page>;
  /** A visitor of a service that the test has started itself. */
  visit(service: FakeService, expected?: RegExp): Promise<Visit>;
  readonly service: FakeService;
  readonly visitor: Visit;
}

const FAILED_REQUEST = /Failed to load resource|ERR_/;

/**
 * To be called in a `describe`. After each test it looks whether the page did what it must not, and stops the service.
 * @param expected console errors that the tests provoke.
 */
export function pageScene(home: string, expected: RegExp = FAILED_REQUEST): PageScene {
  let browser: Browser;
  let visitor: Visit;
  let service: FakeService;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    expect(visitor.faults).toEqual([]);
    await visitor.context.close();
    await service.stop();
  });
  return {
    async open(options = {}, { look = {}, path = home, prepare } = {}) {
      service = new FakeService(options);
      await service.start();
      prepare?.();
      visitor = await visit(browser, service.url, look, expected);
      await visitor.page.goto(service.url + path);
      return visitor.page;
    },
    async visit(given, provoked) {
      service = given;
      visitor = await visit(browser, service.url, {}, provoked);
      return visitor;
    },
    get service() {
      return service;
    },
    get visitor() {
      return visitor;
    },
  };
}

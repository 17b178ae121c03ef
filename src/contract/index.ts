export * from './api.ts';
export * from './dependencies.ts';
export * from './flow.ts';
export * from './health.ts';
export * from './journal.ts';
export * from './resources.ts';
export * from './signals.ts';
export * from './tokens.ts';

export { assess, sentenceOf, type Health, type HealthStatus } from './assess.ts';
export { componentTree, optionalComponents, type Component, type ComponentHealth } from './tree.ts';

export { assess, sentenceOf, type Health } from './assess.ts';
export { componentTree, optionalComponents, type Component, type ComponentHealth } from './tree.ts';

export { assess, sentenceOf, type Health } from './assess.ts';

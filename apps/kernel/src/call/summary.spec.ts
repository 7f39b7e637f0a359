import { expect, it } from '@jest/globals';
import { summaryOf } from './summary.js';

const after = (op: string, result: object = {}) =>
  summaryOf({ trace: [{ step: 's', op, ms: 0 }], steps: { s: result as never }, prev: null });

it('a summary says what the last step did', () => {
  expect(after('store.create')).toBe('Saved.');
  expect(after('store.list', { count: 3 })).toBe('Found 3.');
  expect(after('store.update', { count: 0 })).toBe('Changed 0.');
  expect(after('store.get', { doc: null })).toBe('Not found.');
  expect(after('store.get', { doc: {} })).toBe('Found.');
  expect(after('ai.complete')).toBe('Answered.');
});

it('a summary ignores conditionals', () => {
  const trace = [
    { step: 's', op: 'send', ms: 0 },
    { step: 'c', op: 'conditional', ms: 0 },
  ];
  expect(summaryOf({ trace, steps: {}, prev: null })).toBe('Sent.');
  expect(summaryOf({ trace: [], steps: {}, prev: null })).toBe('Done.');
});

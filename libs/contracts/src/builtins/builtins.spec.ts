import { expect, it } from '@jest/globals';
import { builtins } from './builtins.js';

it('a deploy’s summary says what was rewritten, and how many warnings there are', () => {
  const { summary } = builtins['developer']!.functions['deploy_ir']!;
  const of = (normalised: boolean, ...messages: string[]) =>
    typeof summary === 'function' &&
    summary({ submission: null, normalised, warnings: messages.map((message) => ({ path: 'app', message })) });
  expect(of(false)).toBe('IR deployed; not submitted for review, because of dev_mode');
  expect(of(true)).toBe(
    'IR deployed; not submitted for review, because of dev_mode; its short forms (the flat form, a map of params) were rewritten in full',
  );
  expect(of(false, 'one thing')).toBe('IR deployed; not submitted for review, because of dev_mode; 1 warning: one thing');
  expect(of(true, 'one thing', 'another')).toMatch(/^IR deployed; not submitted .*; its short forms .*; 2 warnings: one thing, …$/);
});

import { expect, it } from '@jest/globals';
import { slugOf, suffixed } from './nickname.js';

const NICKNAME = /^[a-z0-9][a-z0-9_-]{1,28}[a-z0-9]$/;

it.each([
  ['Ada Lovelace', 'ada-lovelace'],
  ['  Zoë & Sons, Ltd. ', 'zoe-sons-ltd'],
  ['a'.repeat(29) + ' b', 'a'.repeat(29)],
])('makes a nickname of %j', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
  expect(slugOf(name)).toMatch(NICKNAME);
});

it.each(['', 'A', '李雷', '!!'])('makes none of %j', (name) => {
  expect(slugOf(name)).toBeUndefined();
});

it.each(['ada', 'a'.repeat(30), `${'a'.repeat(24)}-bcdef`])('ends %j differently, and still as a nickname', (slug) => {
  expect(suffixed(slug)).toMatch(NICKNAME);
  expect(suffixed(slug)).not.toBe(slug);
});

import { expect, it } from '@jest/globals';
import { toNickname, addRandomSuffix } from './nickname.js';

const NICKNAME = /^[a-z0-9][a-z0-9_-]{1,28}[a-z0-9]$/;

it.each([
  ['Ada Lovelace', 'ada-lovelace'],
  ['  Zoë & Sons, Ltd. ', 'zoe-sons-ltd'],
  ['a'.repeat(29) + ' b', 'a'.repeat(29)],
])('derives a nickname from %j', (name, nickname) => {
  expect(toNickname(name)).toBe(nickname);
  expect(toNickname(name)).toMatch(NICKNAME);
});

it.each(['', 'A', '李雷', '!!'])('derives no nickname from %j', (name) => {
  expect(toNickname(name)).toBeUndefined();
});

it.each(['ada', 'a'.repeat(30), `${'a'.repeat(24)}-bcdef`])('adds a suffix to %j that keeps it a valid nickname', (nickname) => {
  expect(addRandomSuffix(nickname)).toMatch(NICKNAME);
  expect(addRandomSuffix(nickname)).not.toBe(nickname);
});

import { expect, it } from '@jest/globals';
import { readAuthMethods } from './auth-methods.js';

it.each([
  ['email', 'email'],
  ['email,api_key', 'email,api_key'],
  [' api_key , email,email', 'api_key,email'],
])('"%s" is read as %s', (text, methods) => {
  expect(readAuthMethods(text)).toBe(methods);
});

it.each(['api_key', '', 'email,', 'email;api_key', 'email,telepathy'])('"%s" is refused', (text) => {
  expect(() => readAuthMethods(text)).toThrow('invalid_input');
});

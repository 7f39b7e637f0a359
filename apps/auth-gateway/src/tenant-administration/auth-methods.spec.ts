import { expect, it } from '@jest/globals';
import { parseAuthMethods } from './auth-methods.js';

it.each([
  ['email', 'email'],
  ['email,api_key', 'email,api_key'],
  [' api_key , email,email', 'api_key,email'],
])('parses "%s" as %s', (text, methods) => {
  expect(parseAuthMethods(text)).toBe(methods);
});

it.each(['api_key', '', 'email,', 'email;api_key', 'email,telepathy'])('rejects "%s"', (text) => {
  expect(() => parseAuthMethods(text)).toThrow('invalid_input');
});

import { describe, expect, it } from '@jest/globals';
import { readAction, withParams } from './action.js';

describe('an action', () => {
  it.each([
    [
      { action: 'call', function: 'f', params: { a: 1 } },
      { action: 'call', function: 'f', params: { a: 1 } },
    ],
    [
      { action: 'call', function: 'f' },
      { action: 'call', function: 'f', params: {} },
    ],
    [
      { action: 'navigate', path: '/x' },
      { action: 'navigate', path: '/x' },
    ],
    [
      { action: 'navigate', url: 'https://example.com' },
      { action: 'open', url: 'https://example.com/' },
    ],
    [
      { action: 'send', message: 'hi' },
      { action: 'send', message: 'hi' },
    ],
    [
      { action: 'open', url: 'https://example.com/a' },
      { action: 'open', url: 'https://example.com/a' },
    ],
    [
      { action: 'open', target: 'details', params: { id: 1 } },
      { action: 'open', target: 'details', params: { id: 1 } },
    ],
    [
      { action: 'open', target: 'https://example.com' },
      { action: 'open', url: 'https://example.com/' },
    ],
  ])('is read: %j', (value, action) => expect(readAction(value)).toEqual(action));

  it.each([
    { action: 'open', url: 'javascript:alert(1)' },
    { action: 'navigate', path: 'javascript:alert(1)' },
    ...[{ action: 'call' }, { action: 'call', function: {} }, { action: 'send' }, { action: 'delete' }, {}, [], null, 'call'],
  ])('is not read: %j', (value) => expect(readAction(value)).toBeUndefined());

  it('gets the params of its control beside its own', () => {
    expect(withParams({ action: 'call', function: 'f', params: { a: 1, b: 1 } }, { b: 2 })).toMatchObject({ params: { a: 1, b: 2 } });
    expect(withParams({ action: 'send', message: 'hi' }, { b: 2 })).toEqual({ action: 'send', message: 'hi' });
  });
});

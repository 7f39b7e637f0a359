import { expect, it } from '@jest/globals';
import { greetingOf } from './greeting.js';

it.each([
  [4, 'Hello, Ada'],
  [5, 'Good morning, Ada'],
  [11, 'Good morning, Ada'],
  [12, 'Good afternoon, Ada'],
  [18, 'Good evening, Ada'],
  [23, 'Hello, Ada'],
])('at %i h someone is greeted with: %s', (hour, greeting) =>
  expect(greetingOf({ display_name: 'Ada', locale: 'en-GB' }, hour)).toBe(greeting),
);

it('who has no name is greeted without, in their language or in English', () => {
  const at = (locale: string) => greetingOf({ display_name: '', locale }, 13);
  expect(['es-ES', 'de', 'xx', '', 'constructor'].map(at)).toEqual([
    'Buenas tardes',
    'Guten Tag',
    ...Array<string>(3).fill('Good afternoon'),
  ]);
});

import { expect, it } from '@jest/globals';
import { render } from './template.js';

const event = { type: 'notes.created', data: { title: 'Milk', tags: ['a', 'b'] }, n: 3 };

it('a text that is exactly one binding becomes the value itself, and a longer text contains it as text', () => {
  expect(render({ a: '{{event.n}}', b: ['{{ event.data.tags }}'], c: 'n is {{event.n}}, {{event.data.tags.1}}', d: 7 }, event)).toEqual({
    ...{ a: 3, b: [['a', 'b']], c: 'n is 3, b', d: 7 },
  });
  expect(render('{{event}}', event)).toEqual(event);
});

it('what the event does not have itself is empty', () => {
  for (const path of ['x', 'data.x', 'constructor', 'data.__proto__', 'data.tags.length', 'data.tags.2', 'type.length'])
    expect(render(`{{event.${path}}}`, event)).toBe('');
});

it('values of the event are not searched for bindings, and other braces stay', () => {
  expect(render('{{event.a}} and {{event.a}}', { a: '{{event.b}}', b: 'secret' })).toBe('{{event.b}} and {{event.b}}');
  expect(render('{{steps.x}} {{event.a', { a: 1 })).toBe('{{steps.x}} {{event.a');
});

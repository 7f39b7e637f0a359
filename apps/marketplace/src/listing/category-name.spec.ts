import { expect, it } from '@jest/globals';
import { categoryName } from './category-name.js';

it('makes a readable name of an id', () => {
  expect(categoryName('productivity')).toBe('Productivity');
  expect(categoryName('developer-tools')).toBe('Developer Tools');
  expect(categoryName('__home_ & garden-')).toBe('Home & Garden');
  expect(categoryName('AI')).toBe('AI');
});

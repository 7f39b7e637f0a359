import { expect, it } from '@jest/globals';
import { readableText } from './readable-text.js';

it('the words of a page are kept, a line for each block, without scripts, styles and comments', () => {
  const page = `<html><head><title>x</title></head><body><h1>Tea &amp; cake</h1><p>One <b>two</b>&#8230;<!-- no --></p>
<script>alert(1)</script><ul><li>a<li>b</ul><style>p{}</style></body>`;
  expect(readableText(page, 'text/html; charset=utf-8')).toBe('Tea & cake\nOne two …\na\nb');
});

it('other text stays as it is, without characters that Postgres does not keep', () => {
  expect(readableText('a <b>\0\n  c', 'text/plain')).toBe('a <b>\n  c');
});

it.each(['<', '</', '<!--', '<a ', '<script>', '</script ', '&#', '<div>'])('a page of many %j is read quickly', (part) => {
  expect(readableText(part.repeat(300_000), 'text/html').length).toBeLessThan(3_000_000);
});

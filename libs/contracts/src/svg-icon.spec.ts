import { expect, it } from '@jest/globals';
import { svgIconFault } from './svg-icon.js';

const svg = (inside: string, attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" ${attributes}>${inside}</svg>`;

it.each([
  svg('<path d="M4 4h16v16H4z" fill="none" stroke="currentColor" stroke-width="2"/>'),
  `<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n${svg('<title>Links &amp; more</title>')}`,
  svg(
    '<defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/></linearGradient></defs><rect fill="url(#a)" width="9" height="9"/>',
  ),
  svg('<g id="g"/><use xlink:href="#g"/>', 'xmlns:xlink="http://www.w3.org/1999/xlink"'),
  svg('<circle style="fill: red; clip-path: url( \'#c\' )" r="2" aria-hidden="true"/>'),
])('takes icon %#', (icon) => {
  expect(svgIconFault(icon)).toBeUndefined();
});

it.each([
  ['no SVG', 'hello'],
  ['nothing', ''],
  ['HTML', '<html xmlns="http://www.w3.org/1999/xhtml"/>'],
  ['another namespace', '<svg><path d=""/></svg>'],
  ['a script', svg('<script>alert(1)</script>')],
  ['a script with a prefix', svg('<s:script>alert(1)</s:script>', 'xmlns:s="http://www.w3.org/2000/svg"')],
  ['a script of HTML', svg('<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>')],
  ['an event handler', svg('', 'onload="alert(1)"')],
  ['an event handler in capitals', svg('', 'ONLOAD="alert(1)"')],
  ['an embedded page', svg('<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>')],
  ['an image', svg('<image href="https://tracker.example/a.png"/>')],
  ['a link', svg('<a href="https://example.com"><path d=""/></a>')],
  ['a script as a reference', svg('<use href="javascript:alert(1)"/>')],
  ['a script as a reference, escaped', svg('<use href="&#106;avascript:alert(1)"/>')],
  ['another file', svg('<use href="https://example.com/a.svg#g"/>')],
  ['data', svg('<use href="data:image/svg+xml;base64,AAAA#g"/>')],
  ['a style sheet', svg('<style>@import url(https://example.com)</style>')],
  ['a style that loads', svg('<path style="fill: url(https://example.com/a#b)"/>')],
  ['a style that loads, with escapes', svg('<path style="fill: u\\72l(https://example.com)"/>')],
  ['a paint that loads', svg('<path fill="url(&quot;//example.com/a#b&quot;)"/>')],
  ['a second url after a good one', svg('<path style="fill:url(#a);mask:url(//example.com)"/>')],
  ['an animation that sets a reference', svg('<use href="#a"><set attributeName="href" to="javascript:alert(1)"/></use>')],
  ['another base', svg('', 'xml:base="https://example.com"')],
  ['a style that loads by another name', svg('<path style="fill: src(\'https://example.com\')"/>')],
  ['a comment that HTML reads as markup', svg('<!--><img src="x" onerror="alert(1)"/>-->')],
  ['another encoding', `<?xml version="1.0" encoding="UTF-7"?>${svg('')}`],
  ['a DOCTYPE', `<!DOCTYPE svg [<!ENTITY a "b">]>${svg('')}`],
  ['an entity of its own', svg('&a;')],
  ['a style sheet instruction', `<?xml-stylesheet href="https://example.com/a.css"?>${svg('')}`],
  ['what is not well-formed', svg('<path>')],
  ['two roots', svg('') + svg('')],
  ['bottomless nesting', svg('<g>'.repeat(100) + '</g>'.repeat(100))],
  ['more than 64 KiB', svg(`<title>${'é'.repeat(40_000)}</title>`)],
])('refuses %s', (_, icon) => {
  expect(svgIconFault(icon)).toEqual(expect.any(String));
});

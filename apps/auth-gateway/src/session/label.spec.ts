import { expect, it } from '@jest/globals';
import { labelOf } from './label.js';

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/604.1',
    'Safari on iOS',
  ],
  ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36', 'Chrome on Android'],
  ['python-httpx/0.28.1', 'python-httpx/0.28.1'],
  ['curl/8.5.0 (x86_64)', 'curl/8.5.0'],
  ['x'.repeat(200), 'x'.repeat(200)],
  ['  ', null],
  [undefined, null],
])('labels %s as %s', (agent, label) => {
  expect(labelOf(agent)).toBe(label);
});

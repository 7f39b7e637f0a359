import { describe, expect, it } from '@jest/globals';
import { type Fault, type Problem } from './problem.js';
import { read } from './read.js';
import { GitUrl, HttpUrl, Icon } from './urls.js';

class Addresses {
  @HttpUrl({ max: 50 }) page: string = '';
  @GitUrl() source: string = '';
  @Icon() icon: string = '';
}

const faultsOf = (input: object): Fault[] => {
  try {
    read(Addresses, input);
    return [];
  } catch (error) {
    return (error as Problem).body.detail as Fault[];
  }
};
const HTTP = ['https://example.com', 'http://localhost:8080/a?b=c#d', 'https://imperal.io/ir-apps/link-saver', ''];
const NEVER = [
  'javascript:alert(1)',
  'JavaScript://example.com/%0aalert(1)',
  'data:image/svg+xml,<svg/>',
  'file:///etc/passwd',
  '//example.com/x',
];

describe('an address', () => {
  it.each(HTTP)('may be %j', (url) => {
    expect(faultsOf({ page: url, source: url, icon: url })).toEqual([]);
  });

  it.each(NEVER)('is never %j, and the fault names the field', (url) => {
    expect(faultsOf({ page: url, source: url, icon: url }).map(({ loc, type }) => [loc, type])).toEqual([
      [['page'], 'is_http_url'],
      [['source'], 'is_git_url'],
      [['icon'], 'is_icon'],
    ]);
    expect(faultsOf({ page: url })[0]?.msg).toBe('page must be an http or https URL');
  });

  it('is text, without surrounding blanks, of so many characters at the most', () => {
    expect(read(Addresses, { page: ' https://example.com ' }).page).toBe('https://example.com');
    expect(faultsOf({ page: 7 })).toMatchObject([{ loc: ['page'], type: 'is_http_url' }]);
    expect(faultsOf({ page: `https://example.com/${'x'.repeat(50)}` })).toMatchObject([{ loc: ['page'], type: 'max_length' }]);
  });
});

describe('the address of sources', () => {
  it.each(['ssh://git@git.example/ada/links.git', 'git@github.com:ada/links.git'])('may be %s', (source) => {
    expect(faultsOf({ source })).toEqual([]);
    expect(faultsOf({ page: source })).toHaveLength(1);
  });

  it.each(['ext::sh -c touch% /tmp/x', '--upload-pack=x', 'git@host:--upload-pack x', 'git@host'])('is not %s', (source) => {
    expect(faultsOf({ source })).toMatchObject([{ loc: ['source'] }]);
  });
});

describe('an icon', () => {
  it.each(['link', 'link.svg', 'icons/link.svg', '🔗', '👩‍🔬', '✂️', 'arrow-up_2'])('may be %s', (icon) => {
    expect(faultsOf({ icon })).toEqual([]);
  });

  it.each(['<svg/>', 'a b', 'a"onerror=x', 'javascript&colon;x', '/icons/link.svg', '\\\\host', 'x'.repeat(201)])('is not %s', (icon) => {
    expect(faultsOf({ icon })).toMatchObject([{ loc: ['icon'] }]);
  });
});

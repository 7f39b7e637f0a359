import { describe, expect, it } from '@jest/globals';
import { imageUrl, linkUrl, mediaUrl } from './url.js';

describe('a URL of an app', () => {
  it.each([
    ['https://example.com/a?b=1#c', 'https://example.com/a?b=1#c'],
    ['http://example.com', 'http://example.com/'],
    ['mailto:a@example.com', 'mailto:a@example.com'],
    ['/settings?tab=1#top', '/settings?tab=1#top'],
    ['settings', '/settings'],
    ['https://bank.example@evil.example/', 'https://evil.example/'],
    ['/../../x', '/x'],
  ])('%s leads to %s', (value, href) => expect(linkUrl(value)).toBe(href));

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' \u0001javascript:x',
    'java\tscript:x',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://a/b',
    'ftp://a',
    '',
    '  ',
    'https://',
    null,
    7,
    {},
  ])('%p leads nowhere', (value) => expect(linkUrl(value)).toBeUndefined());

  it.each(['//evil.example/x', '\\\\evil.example/x', '/\\evil.example/x'])('%s is another host, not a path', (value) =>
    expect(linkUrl(value)).toBe('https://evil.example/x'),
  );

  it.each(['/.//evil.example', './/evil.example', 'https://host.invalid//evil.example'])('%s does not become another host', (value) =>
    expect(linkUrl(value)).toBe('/evil.example'),
  );

  it('is an image only as a usual format', () => {
    expect(imageUrl('data:image/png;base64,iVBO')).toBe('data:image/png;base64,iVBO');
    expect(imageUrl('data:image/svg+xml,<svg/>')).toBe('data:image/svg+xml,<svg/>');
    expect(imageUrl('data:text/html,x')).toBeUndefined();
    expect(imageUrl('data:image/x,y')).toBeUndefined();
    expect(imageUrl('mailto:a@b')).toBeUndefined();
  });

  it('is no data for a video', () => expect(mediaUrl('data:video/mp4;base64,AA')).toBeUndefined());
});

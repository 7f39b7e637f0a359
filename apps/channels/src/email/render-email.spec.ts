import { expect, it } from '@jest/globals';
import { renderEmail } from './render-email.js';

const template = {
  subject: '{{subject}}',
  html_body: '<p title="{{ subject }}">{{message}}</p>',
  text_body: '{{message}}, {{nothing}}{{constructor}}',
};
const variables = { subject: 'Report', message: 'Ready.', body: '', source: 'reports' };

it('inserts each part, and nothing for unknown names', () => {
  expect(renderEmail(template, variables)).toEqual({ subject: 'Report', text: 'Ready., ', html: '<p title="Report">Ready.</p>' });
});

it('inserts text into HTML, not markup, and does not look through what it has inserted', () => {
  const { html } = renderEmail(template, { ...variables, subject: `"><script>`, message: `<img src='x'>&{{source}}$&` });
  expect(html).toBe('<p title="&quot;&gt;&lt;script&gt;">&lt;img src=&#39;x&#39;&gt;&amp;{{source}}$&amp;</p>');
});

it('makes one short line of the subject', () => {
  const { subject } = renderEmail(template, { ...variables, subject: `A\r\nBcc: eve@example.com\u2028\0${'x'.repeat(300)}` });
  expect(subject).toBe(`A Bcc: eve@example.com ${'x'.repeat(177)}`);
});

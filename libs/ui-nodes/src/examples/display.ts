import { call, node, PICTURE, type Example } from './example.js';

const MARKDOWN = `### Release notes

Saved links now have **tags** and a [page of their own](https://example.com).

- Search by tag
- Export as \`CSV\`

> Thanks to everybody who wrote to us.

| Plan | Price |
| --- | --- |
| Free | 0 |
| Pro | 12 |
`;

export const displayExamples: readonly Example[] = [
  node('Text', { content: 'A heading', variant: 'heading' }),
  node('Text', { content: 'Body text, as most texts are.', variant: 'body' }),
  node('Text', { content: 'A caption below something', variant: 'caption' }),
  node('Text', { content: 'npm start -- --demo', variant: 'code' }),
  node('Text', { content: `A long line ${'that is cut at the end '.repeat(12)}`, truncate: true }),
  node('Header', { text: 'Customers', level: 1, subtitle: '24 active' }),
  node('Header', { text: 'This month', level: 2 }),
  node('Icon', { name: 'Coins', size: 24, color: 'green' }),
  node('Icon', { name: 'triangle-alert', size: 'lg', color: '#c2410c' }),
  node('Image', { src: PICTURE, alt: 'Mountains and a sun', width: '320px', caption: 'Drawn by Dana', object_fit: 'cover' }),
  node('Code', {
    content: "const links = await store.list('links');\nreturn links.filter(({ tag }) => tag === 'read');",
    language: 'ts',
    line_numbers: true,
  }),
  node('Markdown', { content: MARKDOWN }),
  node('Html', { content: '<h4>Your receipt</h4><p>Thank you for <b>12 credits</b>.</p>', sandbox: true, theme: 'light' }),
  node('Html', { content: '<p>Text with <em>emphasis</em> in the page.</p>', sandbox: false }),
  node('Video', { src: 'https://example.com/tour.mp4', title: 'A tour in two minutes', poster: PICTURE, controls: true, width: '320px' }),
  node('Audio', { src: 'https://example.com/call.mp3', title: 'Call of 13 August', controls: true }),
  node('Alert', { message: 'The import has started.', title: 'Import', variant: 'info' }),
  node('Alert', { message: 'All 48 rows were imported.', variant: 'success', dismissible: true }),
  node('Alert', { message: 'Two rows have no date.', title: 'Check the dates', variant: 'warn' }),
  node('Alert', { message: 'The file could not be read.', variant: 'error' }),
  node('Progress', { value: 64, label: 'Uploading', show_value: true }),
  node('Progress', { value: 7, max: 12, label: 'Files', color: 'green', show_value: true, size: 'lg' }),
  node('Progress', { value: 30, label: 'Storage', variant: 'circular', color: 'purple', show_value: true }),
  node('Loading', { message: 'Loading invoices…', variant: 'spinner' }),
  node('Loading', { message: 'Loading…', variant: 'skeleton' }),
  node('Loading', { message: 'Thinking', variant: 'dots' }),
  node('Error', { message: 'The accounting service did not answer.', title: 'Invoices are not available', retry: call('list_invoices') }),
  node('Empty', { message: 'No invoices yet', icon: 'FileText', action: call('create_invoice', { label: 'Create an invoice' }) }),
  node('Button', { label: 'Save', variant: 'primary', on_click: call('save') }),
  node('Button', { label: 'Export', variant: 'secondary', icon: 'Download', on_click: call('export') }),
  node('Button', { label: 'Skip', variant: 'ghost', size: 'sm', on_click: { action: 'navigate', path: '/next' } }),
  node('Button', { label: 'Delete', variant: 'danger', icon_left: 'Trash2', confirm: 'Delete this?', on_click: call('delete') }),
  node('Button', { label: 'Saving', loading: true, loading_label: 'Saving…', on_click: call('save') }),
  node('Button', { label: 'Not now', disabled: true, on_click: call('later') }),
  node('Link', { label: 'Read the guide', href: 'https://example.com/guide' }),
  node('Link', { label: 'Ask the assistant', on_click: { action: 'send', message: 'Explain this invoice' } }),
  node('Menu', {
    trigger: node('Button', { label: 'Actions' }),
    items: [
      { label: 'Edit', icon: 'Pencil', on_click: call('edit') },
      { separator: true },
      { label: 'Delete', icon: 'Trash2', on_click: call('delete'), confirm: 'Delete this?' },
    ],
  }),
  node('Tooltip', {
    content: 'Credits that you have and nothing holds',
    children: node('Badge', { label: 'Available', value: 120, color: 'green' }),
  }),
];

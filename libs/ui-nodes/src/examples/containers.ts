import { call, node, type Example } from './example.js';

const text = (content: string) => node('Text', { content });

export const containerExamples: readonly Example[] = [
  node('Page', {
    title: 'Invoices',
    subtitle: 'All invoices of this year',
    children: [text('12 are open.'), node('Divider'), text('48 are paid.')],
  }),
  node('Section', { title: 'Details', collapsible: true, children: [text('Created on 13 August by Dana.')] }),
  node('Section', { title: 'Notes', children: [text('Call before noon.')] }),
  node('Stack', {
    direction: 'h',
    gap: 3,
    align: 'center',
    children: [node('Badge', { label: 'New', color: 'blue' }), text('Stacked in a row')],
  }),
  node('Stack', { direction: 'v', gap: 1, children: [text('First line'), text('Second line')] }),
  node('Grid', {
    columns: 3,
    gap: 3,
    children: ['One', 'Two', 'Three'].map((title) => node('Card', { title, content: text('A card in a grid.') })),
  }),
  node('Card', {
    title: 'Link Saver',
    subtitle: 'Saves links and finds them again',
    content: text('Used 12 times this week.'),
    footer: node('Button', { label: 'Open', size: 'sm', on_click: call('open_app') }),
  }),
  node('Card', { title: 'A card to click', subtitle: 'Opens the project', on_click: call('open_project', { id: 7 }), padding: 'lg' }),
  node('Tabs', {
    tabs: [
      { label: 'Overview', content: text('What has happened.') },
      { label: 'History', content: text('What happened before.') },
      {
        label: 'Settings',
        content: node('Toggle', { label: 'Remind me', value: true, param_name: 'remind', on_change: call('set_reminder') }),
      },
    ],
    default_tab: 0,
  }),
  node('Accordion', {
    sections: [
      { id: 'a', title: 'How do I pay?', children: [text('By card or by invoice.')] },
      { id: 'b', title: 'Can I cancel?', children: [text('At any time.')] },
    ],
    allow_multiple: true,
  }),
  node('Divider', { label: 'or' }),
  node('Divider'),
  {
    ...node('Dialog', {
      title: 'Delete 3 invoices?',
      subtitle: 'This cannot be undone.',
      content: text('The customers keep their copies.'),
      confirm_label: 'Delete',
      destructive: true,
      on_confirm: call('delete_invoices', { ids: [1, 2, 3] }),
    }),
    modal: true,
  },
  {
    ...node('SlideOver', {
      title: 'Invoice 2026-114',
      subtitle: 'Open since 13 August',
      width: 'md',
      children: [
        node('KeyValue', {
          items: [
            { key: 'Amount', value: '500.00' },
            { key: 'Customer', value: 'Brightside Ltd' },
          ],
        }),
      ],
      on_close: call('close_invoice'),
    }),
    modal: true,
  },
];

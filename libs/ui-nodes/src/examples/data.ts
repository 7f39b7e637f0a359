import { call, node, type Example } from './example.js';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul'];
const sales = months.map((name, index) => ({ name, sales: 40 + ((index * 37) % 60), visits: 900 + ((index * 431) % 700) }));

const people = [
  { id: 'p1', name: 'Dana Cole', role: 'Owner', invoices: 12, active: true },
  { id: 'p2', name: 'Ben Ortiz', role: 'Accountant', invoices: 31, active: true },
  { id: 'p3', name: 'Mia Wong', role: 'Viewer', invoices: 0, active: false },
];

export const dataExamples: readonly Example[] = [
  node('Badge', { label: 'Paid', color: 'green' }),
  node('Badge', { label: 'Overdue', color: 'red', dot: true, size: 'md' }),
  node('Badge', { label: 'Unread', value: 5, color: 'blue' }),
  node('Avatar', { fallback: 'DC', size: 'md' }),
  node('Stat', {
    label: 'Revenue',
    value: '12,480',
    trend: '+8% this month',
    trend_direction: 'up',
    icon: 'Coins',
    color: 'green',
    description: 'Without refunds',
  }),
  node('Stats', {
    children: [
      node('Stat', { label: 'Open', value: 12, color: 'blue' }),
      node('Stat', { label: 'Overdue', value: 3, color: 'red', trend: '2 more than last week', trend_direction: 'down' }),
      node('Stat', { label: 'Paid', value: 48, color: 'gray' }),
    ],
  }),
  node('KeyValue', {
    columns: 2,
    items: [
      { key: 'Customer', value: 'Brightside Ltd' },
      { key: 'Amount', value: 500 },
      { key: 'Due', value: '30 August' },
    ],
  }),
  node('List', {
    title: 'Links',
    searchable: true,
    search_placeholder: 'Search links',
    selectable: true,
    bulk_actions: [{ label: 'Archive', icon: 'Archive', action: call('archive') }],
    items: [
      node('ListItem', {
        id: 'l1',
        title: 'How to write',
        subtitle: 'example.com/write',
        meta: '2 days ago',
        icon: 'Link',
        badge: node('Badge', { label: 'read', color: 'green' }),
        on_click: call('open_link', { id: 'l1' }),
        actions: [{ label: 'Delete', icon: 'Trash2', on_click: call('delete_link', { id: 'l1' }), confirm: 'Delete this link?' }],
      }),
      node('ListItem', {
        id: 'l2',
        title: 'A day in the hills',
        subtitle: 'example.com/hills',
        avatar: node('Avatar', { fallback: 'H', size: 'sm' }),
        expandable: true,
        expanded_content: [node('Text', { content: 'Saved by Dana.' })],
      }),
    ],
  }),
  node('DataTable', {
    columns: [
      { key: 'name', label: 'Name', sortable: true },
      { key: 'role', label: 'Role', editable: true, edit_type: 'text' },
      { key: 'invoices', label: 'Invoices', sortable: true, width: '120px' },
      { key: 'active', label: 'Active', editable: true, edit_type: 'toggle', sortable: false },
    ],
    rows: people,
    on_row_click: call('open_person'),
    on_cell_edit: call('change_person'),
  }),
  node('Chart', { chart_type: 'line', data: sales, x_key: 'name', y2_keys: ['visits'], title: 'Sales and visits', show_legend: true }),
  node('Chart', { chart_type: 'bar', data: sales.map(({ name, sales: amount }) => ({ name, sales: amount })), title: 'Sales by month' }),
  node('Chart', {
    chart_type: 'pie',
    data: [
      { name: 'Card', value: 62 },
      { name: 'Invoice', value: 30 },
      { name: 'Other', value: 8 },
    ],
    title: 'How people pay',
  }),
  node('Graph', {
    layout: 'cose-bilkent',
    height: 320,
    nodes: [
      { id: 'dana', label: 'Dana Cole', type: 'person', size: 3 },
      { id: 'ben', label: 'Ben Ortiz', type: 'person', size: 2 },
      { id: 'bright', label: 'Brightside Ltd', type: 'company', size: 4 },
      { data: { id: 'i114', label: 'Invoice 114', type: 'invoice', size: 1 } },
    ],
    edges: [
      { source: 'dana', target: 'bright', label: 'owns' },
      { source: 'ben', target: 'bright', label: 'works for' },
      { data: { source: 'i114', target: 'bright', label: 'is for' } },
    ],
    edge_label_visible: true,
    on_node_click: call('open_node'),
  }),
  node('Timeline', {
    items: [
      { title: 'Invoice sent', description: 'To Brightside Ltd', time: '13 Aug 2026, 09:30', icon: 'Send', color: 'blue' },
      { title: 'Reminder sent', time: '28 Aug 2026, 08:00', icon: 'Bell', color: 'amber' },
      { title: 'Paid', description: '500.00 by card', time: '29 Aug 2026, 10:12', icon: 'Check', color: 'green' },
    ],
  }),
  node('Tree', {
    label: 'Categories',
    nodes: [
      {
        id: 'work',
        label: 'Work',
        expanded: true,
        children: [
          { id: 'clients', label: 'Clients', badge: 12, on_click: call('open_category', { id: 'clients' }) },
          { id: 'team', label: 'Team', children: [{ id: 'hiring', label: 'Hiring' }] },
        ],
      },
      { id: 'private', label: 'Private', icon: 'House' },
    ],
  }),
];

import { call, node, type Example } from './example.js';

const PLANS = [
  { value: 'free', label: 'Free' },
  { value: 'pro', label: 'Pro', description: 'For teams' },
  { value: 'business', label: 'Business', disabled: true },
];

export const inputExamples: readonly Example[] = [
  node('Form', {
    action: 'create_invoice',
    submit_label: 'Create',
    defaults: { currency: 'EUR' },
    children: [
      node('Input', { label: 'Customer', param_name: 'customer', required: true }),
      node('Input', { label: 'Amount', param_name: 'amount', type: 'number', placeholder: '500.00', description: 'Without tax.' }),
      node('Checkbox', { label: 'Send it now', param_name: 'send', value: true }),
    ],
  }),
  node('Input', { label: 'E-mail', type: 'email', placeholder: 'name@example.com', param_name: 'email' }),
  node('Input', { label: 'Amount', value: '-5', error: 'Enter an amount above 0.', param_name: 'amount' }),
  node('Input', { placeholder: 'Search and press Enter', param_name: 'query', variant: 'ghost', on_submit: call('search') }),
  node('TextArea', { label: 'Note', placeholder: 'What should we know?', rows: 3, param_name: 'note', on_submit: call('save_note') }),
  node('Select', { label: 'Plan', options: PLANS, value: 'pro', param_name: 'plan', on_change: call('set_plan') }),
  node('MultiSelect', { label: 'Plans', options: PLANS, values: ['free'], param_name: 'plans' }),
  node('RadioGroup', { label: 'Plan', options: PLANS, value: 'pro', param_name: 'plan', description: 'You can change it later.' }),
  node('Toggle', { label: 'Weekly report', value: true, param_name: 'weekly', on_change: call('set_report') }),
  node('Checkbox', { label: 'I agree to the terms', description: 'Two pages.', required: true, param_name: 'agree' }),
  node('Slider', { label: 'Reminder after days', min: 0, max: 60, value: 14, step: 1, param_name: 'days' }),
  node('DatePicker', { label: 'Due', value: '2026-08-30', min: '2026-08-01', param_name: 'due' }),
  node('TagInput', {
    label: 'Tags',
    values: ['read', 'work'],
    suggestions: ['later', 'home'],
    delimiters: [','],
    param_name: 'tags',
    on_change: call('set_tags'),
  }),
  node('FileUpload', {
    title: 'Drop receipts here',
    hint: 'PDF or images, up to 10 MB',
    accept: '.pdf,image/*',
    multiple: true,
    on_upload: call('upload'),
  }),
  node('RichEditor', {
    label: 'Description',
    content: '<p>Starts with <b>this</b>.</p>',
    param_name: 'description',
    on_save: call('save_description'),
  }),
];

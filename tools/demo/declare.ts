import type { DemoApp } from './apps.ts';

/** The functions and the panels of an app, as its developer deploys them. */
export const toIr = ({ app_id, name, description, icon, entry, fields }: DemoApp, version = '1.0.0') => ({
  ir_version: '1.0',
  app: {
    id: app_id,
    version,
    title: name,
    description,
    icon,
    capabilities: ['store:write'],
    functions: [
      {
        name: `add_${entry}`,
        description: `Adds a ${entry}.`,
        action_type: 'write',
        event: `${entry}_added`,
        params_schema: { type: 'object', properties: fields, required: Object.keys(fields).slice(0, 1) },
        impl: steps('store.create', {
          kind: entry,
          data: Object.fromEntries(Object.keys(fields).map((field) => [field, `{{event.${field}}}`])),
        }),
      },
      {
        name: `list_${entry}s`,
        description: `Lists your ${entry}s.`,
        action_type: 'read',
        impl: steps('store.list', { kind: entry }),
      },
      ...(version === '1.0.0' ? [] : [removal(entry)]),
    ],
    ui: { panels: toPanels(app_id, entry, fields) },
  },
});

const steps = (op: string, args: object) => ({ kind: 'declarative', steps: [{ id: 'step', op, args }] });

/** What the second version of an app can do. */
const removal = (entry: string) => ({
  name: `remove_${entry}`,
  description: `Removes a ${entry}.`,
  action_type: 'destructive',
  params_schema: { type: 'object', properties: { id: { type: 'string', title: 'Id' } }, required: ['id'] },
  impl: steps('store.delete', { kind: entry, id: '{{event.id}}' }),
});

const node = (type: string, props: object) => ({ type, props });

/** A table of the entries, which follows each change; beside it their number, and a form for a new one. */
function toPanels(app_id: string, entry: string, fields: DemoApp['fields']): object[] {
  const refresh = `on_event:${app_id}.${entry}_added,${app_id}.remove_${entry}`;
  const read = (tree: object) => ({
    kind: 'template',
    steps: [{ id: 'all', op: 'store.list', args: { kind: entry, limit: 1_000 } }],
    tree,
  });
  const row = { id: '{{doc.id}}', ...Object.fromEntries(Object.keys(fields).map((field) => [field, `{{doc.data.${field}}}`])) };
  const table = node('DataTable', {
    columns: Object.entries(fields).map(([key, { title }]) => ({ key, label: title })),
    rows: { $repeat: '{{steps.all.docs}}', as: 'doc', node: row },
    empty_text: `No ${entry}s yet`,
  });
  const form = node('Form', {
    action: `add_${entry}`,
    submit_label: `Add ${entry}`,
    children: Object.entries(fields).map(([param_name, field], index) => toInput({ param_name, ...field, required: index === 0 })),
  });
  const count = node('Stat', { label: `Your ${entry}s`, value: '{{steps.all.count}}' });
  return [
    { panel_id: 'entries', slot: 'center', title: `All ${entry}s`, refresh, render: read(table) },
    { panel_id: 'count', slot: 'right', refresh, render: read(count) },
    { panel_id: 'add', slot: 'right', title: `New ${entry}`, render: { kind: 'static', tree: form } },
  ];
}

const toInput = ({
  param_name,
  title,
  description,
  type,
  enum: options,
  required,
}: DemoApp['fields'][string] & { param_name: string; required: boolean }) =>
  options
    ? node('Select', { param_name, required, label: title, options: options.map((value) => ({ value, label: value })) })
    : node('Input', { param_name, required, label: title, description, ...(type !== 'string' && { type: 'number' }) });

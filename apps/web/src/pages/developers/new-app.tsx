import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Select } from '../../ui/fields.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { Card, Page } from '../../ui/layout.js';
import { BecomeDeveloper } from './become.js';
import { keepDraft } from './drafts.js';
import { profileQuery } from './queries.js';
import { filesFrom, TEMPLATES } from './templates.js';

/** An id as people expect it from a name: `Tea Timer` becomes `tea-timer`. */
const toId = (name: string) =>
  name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);

/** Creates an app, and opens the editor with the files of a template. */
export function NewApp() {
  const { data: profile } = useSuspenseQuery(profileQuery);
  const { data: categories } = useSuspenseQuery({
    queryKey: ['categories'],
    queryFn: () => dataOf(api.GET('/v1/marketplace/categories')),
    staleTime: 300_000,
  });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [id, setId] = useState<string>();
  if (!profile) return <BecomeDeveloper />;
  const create = async ({ template, app_id = '', short_description = '', category = '' }: Values) => {
    const chosen = TEMPLATES.find((one) => one.name === template) ?? TEMPLATES[0]!;
    await dataOf(api.POST('/v1/developer/apps', { body: { app_id, name, short_description, category } }));
    keepDraft(app_id, filesFrom(chosen, { id: app_id, title: name, description: short_description }));
    await queries.invalidateQueries({ queryKey: ['developer'] });
    await navigate({ to: '/developers/apps/$appId/code', params: { appId: app_id } });
  };
  return (
    <Page title={m.dev.newApp.title} lead={m.dev.newApp.lead}>
      <Form onSubmit={create} action={m.dev.newApp.create}>
        <fieldset className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
          <legend className="mb-2 text-sm font-medium">{m.dev.newApp.template}</legend>
          {TEMPLATES.map((template, index) => (
            <label
              key={template.name}
              className="flex cursor-pointer items-start gap-3 rounded-xl border border-line bg-surface p-4 shadow-card has-checked:border-accent has-checked:bg-accent-soft"
            >
              <input type="radio" name="template" value={template.name} defaultChecked={index === 0} className="mt-1 size-4" />
              <span className="min-w-0">
                <span className="block font-medium">{template.title}</span>
                <span className="block text-sm text-muted">{m.dev.newApp.shows[template.name]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Card className="grid max-w-xl gap-4">
          <TextField
            name="name"
            label={m.dev.newApp.name}
            required
            maxLength={200}
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
          <TextField
            name="app_id"
            label={m.dev.newApp.id}
            hint={m.dev.newApp.idHint}
            required
            minLength={2}
            maxLength={50}
            value={id ?? toId(name)}
            onChange={({ target }) => setId(target.value)}
            autoCapitalize="none"
            spellCheck={false}
          />
          <TextField name="short_description" label={m.dev.newApp.short} required maxLength={2000} />
          <Select
            name="category"
            label={m.dev.newApp.category}
            options={categories.items.map(({ id: category, name: text }) => [category, text] as const)}
            defaultValue="productivity"
          />
        </Card>
      </Form>
    </Page>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { TextArea } from '../../ui/fields.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { Card, Page } from '../../ui/layout.js';

/** What a user sees who is no developer yet. */
export function BecomeDeveloper() {
  const queries = useQueryClient();
  const register = async ({ display_name = '', website, description }: Values) => {
    const body = { display_name, ...(website && { website }), ...(description && { description }) };
    await dataOf(api.POST('/v1/developer/register', { body }));
    await queries.invalidateQueries({ queryKey: ['developer'] });
  };
  return (
    <Page title={m.dev.developers.becomeTitle} lead={m.dev.developers.becomeLead}>
      <Card className="max-w-xl">
        <Form onSubmit={register} action={m.dev.developers.become}>
          <TextField name="display_name" label={m.dev.developers.name} required maxLength={200} />
          <TextField name="website" type="url" label={m.dev.developers.website} placeholder="https://" maxLength={500} />
          <TextArea name="description" label={m.dev.developers.about} rows={3} maxLength={2000} />
        </Form>
      </Card>
    </Page>
  );
}

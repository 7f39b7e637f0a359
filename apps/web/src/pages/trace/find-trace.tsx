import { useNavigate } from '@tanstack/react-router';
import { m } from '../../messages/index.js';
import { Form, TextField } from '../../ui/form.js';
import { Card, Page } from '../../ui/layout.js';

/** Opens the trace of any id. */
export const FindTrace = () => (
  <Page title={m.trace.title} lead={m.trace.lead}>
    <TraceForm />
  </Page>
);

/** @param id what was looked for */
export function TraceForm({ id }: { id?: string }) {
  const navigate = useNavigate();
  return (
    <Card>
      <Form onSubmit={({ id: sought = '' }) => navigate({ to: '/trace/$id', params: { id: sought.trim() } })} action={m.trace.open}>
        <TextField name="id" label={m.trace.id} hint={m.trace.idHint} defaultValue={id} required maxLength={400} spellCheck={false} />
      </Form>
    </Card>
  );
}

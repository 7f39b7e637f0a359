import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiProblem, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { CopyText } from '../../ui/code.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { formatDate } from '../../ui/format.js';
import { Badge, Card, Section } from '../../ui/layout.js';
import { Failure, Notice } from '../../ui/notice.js';

const KEY = ['developer', 'website'];

/** The website that a developer proves as theirs, for the mark beside their name. */
export function Website() {
  const queries = useQueryClient();
  const { data: proof } = useSuspenseQuery({
    queryKey: KEY,
    queryFn: () =>
      dataOf(api.GET('/v1/developer/publisher')).catch((error: unknown) => {
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }),
  });
  const start = async ({ website = '' }: Values) =>
    void queries.setQueryData(KEY, await dataOf(api.POST('/v1/developer/publisher', { body: { website } })));
  return (
    <Section title={m.dev.website.title} lead={m.dev.website.lead}>
      <Card className="max-w-xl">
        {proof ? (
          <Proof proof={proof} />
        ) : (
          <Form onSubmit={start} action={m.dev.website.start} look="plain">
            <TextField name="website" type="url" label={m.dev.developers.website} placeholder="https://" required maxLength={500} />
          </Form>
        )}
      </Card>
    </Section>
  );
}

function Proof({ proof: { website, token, token_url, is_verified, verified_at, failure } }: { proof: Shapes['PublisherProof'] }) {
  const queries = useQueryClient();
  const [removes, setRemoves] = useState(false);
  const check = useMutation({
    mutationFn: () => dataOf(api.POST('/v1/developer/publisher/check')),
    onSuccess: (checked) => queries.setQueryData(KEY, checked),
  });
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <p className="flex flex-wrap items-center gap-2 font-medium [overflow-wrap:anywhere]">
        {website}
        <Badge tone={is_verified ? 'good' : 'plain'}>
          {is_verified && verified_at ? m.dev.website.proven(formatDate(verified_at)) : m.dev.website.notProven}
        </Badge>
      </p>
      <CopyText label={m.dev.website.serve} text={token} />
      <CopyText label={m.dev.website.at} text={token_url} />
      {failure && <Notice kind="danger">{failure}</Notice>}
      {check.error && <Failure error={check.error} />}
      <div className="flex flex-wrap gap-3">
        <Button busy={check.isPending} onClick={() => check.mutate()}>
          {m.dev.website.check}
        </Button>
        <Button look="danger" onClick={() => setRemoves(true)}>
          {m.dev.website.remove}
        </Button>
      </div>
      {removes && (
        <ConfirmDialog
          title={m.dev.website.removeTitle(website)}
          action={m.dev.website.remove}
          onConfirm={async () => {
            await dataOf(api.DELETE('/v1/developer/publisher'));
            queries.setQueryData(KEY, null);
          }}
          onClose={() => setRemoves(false)}
        >
          {m.dev.website.removeLead}
        </ConfirmDialog>
      )}
    </div>
  );
}

import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiProblem, dataOf } from '../../data/api.js';
import { createPasskey, hasPasskeys } from '../../data/passkeys.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { formatAgo, formatDate } from '../../ui/format.js';
import { Row, Rows, Section } from '../../ui/layout.js';
import { factorsQuery } from './factors-query.js';
import { RecoveryCodes } from './recovery-codes.js';

export function Passkeys() {
  const { data } = useSuspenseQuery(factorsQuery);
  const [adds, setAdds] = useState(false);
  const [removed, setRemoved] = useState<string>();
  return (
    <Section
      title={m.security.passkeys}
      lead={m.security.passkeysLead}
      actions={hasPasskeys() && <Button onClick={() => setAdds(true)}>{m.security.addPasskey}</Button>}
    >
      {data.passkeys.length > 0 && (
        <Rows>
          {data.passkeys.map(({ passkey_id, name, created_at, last_used_at }) => (
            <Row
              key={passkey_id}
              actions={
                <Button size="small" look="danger" onClick={() => setRemoved(passkey_id)} aria-label={`${m.automations.remove}: ${name}`}>
                  {m.automations.remove}
                </Button>
              }
            >
              <p className="font-medium">{name}</p>
              <p className="text-sm text-muted">
                {m.security.added(formatDate(created_at))} ·{' '}
                {last_used_at ? m.security.lastUsed(formatAgo(last_used_at)) : m.security.never}
              </p>
            </Row>
          ))}
        </Rows>
      )}
      {adds && <AddPasskey onClose={() => setAdds(false)} />}
      {removed && <RemovePasskey id={removed} onClose={() => setRemoved(undefined)} />}
    </Section>
  );
}

function AddPasskey({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [codes, setCodes] = useState<string[]>();
  const add = async ({ name = '', password = '' }: Values) => {
    const { options } = await dataOf(api.POST('/v1/auth/passkeys/register/options', { body: { password } }));
    const credential = await createPasskey(options).catch(() => {
      throw new ApiProblem(0, 'passkey', m.security.passkeyFailed);
    });
    const { recovery_codes } = await dataOf(api.POST('/v1/auth/passkeys/register/verify', { body: { credential, name } }));
    await queries.invalidateQueries({ queryKey: ['factors'] });
    if (recovery_codes.length) setCodes(recovery_codes);
    else onClose();
  };
  return (
    <Dialog title={m.security.addPasskey} onClose={onClose}>
      {codes ? (
        <RecoveryCodes codes={codes} />
      ) : (
        <Form onSubmit={add} action={m.security.addPasskey}>
          <TextField name="name" label={m.security.passkeyName} required maxLength={100} autoFocus />
          <TextField name="password" type="password" label={m.security.passkeyPassword} autoComplete="current-password" required />
        </Form>
      )}
    </Dialog>
  );
}

function RemovePasskey({ id, onClose }: { id: string; onClose: () => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (password: string) =>
      dataOf(api.POST('/v1/auth/passkeys/{passkey_id}/remove', { params: { path: { passkey_id: id } }, body: { password } })),
  });
  const submit = async ({ password = '' }: Values) => {
    await remove.mutateAsync(password);
    await queries.invalidateQueries({ queryKey: ['factors'] });
    onClose();
  };
  return (
    <Dialog title={m.automations.remove} onClose={onClose}>
      <Form onSubmit={submit} action={m.automations.remove}>
        <TextField name="password" type="password" label={m.security.passkeyPassword} autoComplete="current-password" required autoFocus />
      </Form>
    </Dialog>
  );
}

import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { CopyText } from '../../ui/code.js';
import { Dialog } from '../../ui/dialog.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { formatDate } from '../../ui/format.js';
import { Card, Section } from '../../ui/layout.js';
import { factorsQuery } from './factors-query.js';
import { RecoveryCodes } from './recovery-codes.js';

export function AuthenticatorApp() {
  const { data } = useSuspenseQuery(factorsQuery);
  const [open, setOpen] = useState(false);
  const isOn = data.totp_since !== null;
  return (
    <Section
      title={m.security.totp}
      actions={
        <Button
          look={isOn ? 'danger' : 'plain'}
          onClick={() => setOpen(true)}
          aria-label={`${m.security.totp}: ${isOn ? m.security.turnOff : m.security.setUp}`}
        >
          {isOn ? m.security.turnOff : m.security.setUp}
        </Button>
      }
    >
      <Card>
        <p>{data.totp_since ? m.security.totpOn(formatDate(data.totp_since)) : m.security.totpOff}</p>
        {data.second_factor && <p className="mt-1 text-sm text-muted">{m.security.codesLeft(data.recovery_codes_left)}</p>}
      </Card>
      {open && (isOn ? <TurnOff onClose={() => setOpen(false)} /> : <SetUp onClose={() => setOpen(false)} />)}
    </Section>
  );
}

const PasswordField = () => (
  <TextField name="password" type="password" label={m.security.passkeyPassword} autoComplete="current-password" required autoFocus />
);

/** Password, then the secret for the app, then a code as proof, then the recovery codes. */
function SetUp({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string>();
  const [codes, setCodes] = useState<string[]>();
  const start = async ({ password = '' }: Values) =>
    setSecret((await dataOf(api.POST('/v1/auth/factors/totp', { body: { password } }))).secret);
  const confirm = async ({ code = '' }: Values) => {
    const { recovery_codes } = await dataOf(api.POST('/v1/auth/factors/totp/confirm', { body: { code } }));
    setCodes(recovery_codes);
    await queries.invalidateQueries({ queryKey: ['factors'] });
  };
  return (
    <Dialog title={m.security.totp} onClose={onClose}>
      {codes ? (
        <RecoveryCodes codes={codes} />
      ) : secret ? (
        <>
          <CopyText label={m.security.secret} text={secret} />
          <Form key="code" onSubmit={confirm} action={m.security.confirm}>
            <TextField
              name="code"
              label={m.security.code}
              autoComplete="one-time-code"
              inputMode="numeric"
              required
              autoFocus
              maxLength={7}
            />
          </Form>
        </>
      ) : (
        <Form key="password" onSubmit={start} action={m.security.setUp}>
          <PasswordField />
        </Form>
      )}
    </Dialog>
  );
}

function TurnOff({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const turnOff = async ({ password = '' }: Values) => {
    await dataOf(api.POST('/v1/auth/factors/totp/disable', { body: { password } }));
    await queries.invalidateQueries({ queryKey: ['factors'] });
    onClose();
  };
  return (
    <Dialog title={m.security.totp} onClose={onClose}>
      <Form onSubmit={turnOff} action={m.security.turnOff}>
        <PasswordField />
      </Form>
    </Dialog>
  );
}

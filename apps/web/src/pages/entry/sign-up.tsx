import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { Notice } from '../../ui/notice.js';
import { EntryFrame, textLink } from './frame.js';
import { OrganisationField } from './organisation.js';

interface Address {
  email: string;
  tenant_id: string;
}

export function SignUp() {
  const [sent, setSent] = useState<Address>();
  if (sent) return <CheckMail {...sent} />;
  const signUp = async ({ email = '', password = '', tenant_id = 'default', first_name, last_name }: Values) => {
    const body = { email, password, tenant_id, first_name: first_name || null, last_name: last_name || null };
    await dataOf(api.POST('/v1/auth/signup', { body }));
    setSent({ email, tenant_id });
  };
  return (
    <EntryFrame
      title={m.signUp.title}
      lead={m.app.claim}
      below={
        <>
          {m.signUp.haveAccount}{' '}
          <Link to="/sign-in" className={textLink}>
            {m.signIn.submit}
          </Link>
        </>
      }
    >
      <Form onSubmit={signUp} action={m.signUp.submit}>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField name="first_name" label={m.signUp.firstName} autoComplete="given-name" maxLength={100} />
          <TextField name="last_name" label={m.signUp.lastName} autoComplete="family-name" maxLength={100} />
        </div>
        <TextField name="email" type="email" label={m.signIn.email} autoComplete="username" required maxLength={254} />
        <TextField
          name="password"
          type="password"
          label={m.signIn.password}
          hint={m.signUp.passwordHint}
          autoComplete="new-password"
          required
          minLength={8}
          maxLength={128}
        />
        <OrganisationField />
      </Form>
    </EntryFrame>
  );
}

function CheckMail({ email, tenant_id }: Address) {
  const [message, setMessage] = useState<string>();
  const sendAgain = async () => {
    const { message } = await dataOf(api.POST('/v1/auth/resend-verification', { body: { email, tenant_id } }));
    setMessage(message);
  };
  return (
    <EntryFrame title={m.signUp.sentTitle} lead={m.signUp.sent(email)}>
      <div className="flex flex-wrap gap-3">
        <Button onClick={() => void sendAgain().catch((error: Error) => setMessage(error.message))}>{m.signUp.again}</Button>
        <Link to="/sign-in" className={`self-center text-sm ${textLink}`}>
          {m.signIn.back}
        </Link>
      </div>
      {message && <Notice>{message}</Notice>}
    </EntryFrame>
  );
}

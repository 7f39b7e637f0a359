import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { Notice } from '../../ui/notice.js';
import { EntryFrame, textLink } from './frame.js';
import { OrganisationField } from './organisation.js';

export function ForgotPassword() {
  const [message, setMessage] = useState<string>();
  const send = async ({ email = '', tenant_id = 'default' }: Values) =>
    setMessage((await dataOf(api.POST('/v1/auth/forgot-password', { body: { email, tenant_id } }))).message);
  return (
    <EntryFrame
      title={m.forgot.title}
      lead={m.forgot.lead}
      below={
        <Link to="/sign-in" className={textLink}>
          {m.signIn.back}
        </Link>
      }
    >
      {message ? (
        <Notice>{message}</Notice>
      ) : (
        <Form onSubmit={send} action={m.forgot.submit}>
          <TextField name="email" type="email" label={m.signIn.email} autoComplete="username" required maxLength={254} />
          <OrganisationField />
        </Form>
      )}
    </EntryFrame>
  );
}

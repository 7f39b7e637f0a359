import { useSearch } from '@tanstack/react-router';
import { api, dataOf } from '../../data/api.js';
import { nextPlace } from '../../data/next-place.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { EntryFrame } from './frame.js';
import { OrganisationField } from './organisation.js';
import { storeSignIn } from './pending-sign-in.js';

/** Sends the browser to the identity provider of an e-mail address. */
export function SingleSignOn({ onCancel }: { onCancel: () => void }) {
  const next = nextPlace(useSearch({ strict: false }));
  const start = async ({ email = '', tenant_id = 'default' }: Values) => {
    const code_challenge = await storeSignIn(next);
    const body = {
      email,
      tenant_id,
      return_to: `${location.origin}/app/signed-in`,
      code_challenge,
      code_challenge_method: 'S256' as const,
    };
    const { authorize_url } = await dataOf(api.POST('/v1/auth/sso/start', { body }));
    location.assign(authorize_url);
  };
  return (
    <EntryFrame title={m.signIn.ssoTitle} lead={m.signIn.ssoLead}>
      <Form
        onSubmit={start}
        action={m.signIn.ssoSubmit}
        beside={
          <Button look="quiet" onClick={onCancel}>
            {m.signIn.back}
          </Button>
        }
      >
        <TextField name="email" type="email" label={m.signIn.email} autoComplete="username" autoFocus required maxLength={254} />
        <OrganisationField />
      </Form>
    </EntryFrame>
  );
}

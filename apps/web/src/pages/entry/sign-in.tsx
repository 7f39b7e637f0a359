import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ApiProblem, dataOf } from '../../data/api.js';
import { askPasskey, hasPasskeys } from '../../data/passkeys.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { Notice } from '../../ui/notice.js';
import { EntryFrame, textLink } from './frame.js';
import { OrganisationField } from './organisation.js';
import { type Challenge, SecondFactor } from './second-factor.js';
import { SingleSignOn } from './single-sign-on.js';
import { useEnter } from './use-enter.js';

export function SignIn() {
  const enter = useEnter();
  const search = useSearch({ strict: false });
  const [challenge, setChallenge] = useState<Challenge>();
  const [step, setStep] = useState<'password' | 'sso'>('password');
  if (challenge) return <SecondFactor challenge={challenge} onCancel={() => setChallenge(undefined)} />;
  if (step === 'sso') return <SingleSignOn onCancel={() => setStep('password')} />;

  const signIn = async ({ email = '', password = '', tenant_id = 'default' }: Values) => {
    try {
      await enter(await dataOf(api.POST('/v1/auth/login', { body: { email, password, tenant_id } })));
    } catch (error) {
      if (!(error instanceof ApiProblem && error.code === 'second_factor_required')) throw error;
      setChallenge(error.members as unknown as Challenge);
    }
  };
  return (
    <EntryFrame
      title={m.signIn.title}
      lead={m.app.claim}
      below={
        <>
          {m.signIn.noAccount}{' '}
          <Link to="/sign-up" search={search} className={textLink}>
            {m.signIn.signUp}
          </Link>
        </>
      }
    >
      <Form
        onSubmit={signIn}
        action={m.signIn.submit}
        beside={
          <Link to="/forgot-password" className={`text-sm ${textLink}`}>
            {m.signIn.forgot}
          </Link>
        }
      >
        <TextField name="email" type="email" label={m.signIn.email} autoComplete="username webauthn" required maxLength={254} />
        <TextField name="password" type="password" label={m.signIn.password} autoComplete="current-password" required maxLength={128} />
        <OrganisationField />
      </Form>
      <div className="grid gap-2 border-t border-line pt-5">
        <PasskeyButton onTokens={enter} />
        <Button onClick={() => setStep('sso')}>{m.signIn.sso}</Button>
      </div>
    </EntryFrame>
  );
}

function PasskeyButton({ onTokens }: { onTokens: (tokens: { refresh_token: string }) => Promise<void> }) {
  const [failed, setFailed] = useState<string>();
  const [busy, setBusy] = useState(false);
  if (!hasPasskeys()) return null;
  const use = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      const { options } = await dataOf(api.POST('/v1/auth/passkeys/login/options'));
      const credential = await askPasskey(options);
      await onTokens(await dataOf(api.POST('/v1/auth/passkeys/login/verify', { body: { credential } })));
    } catch (error) {
      setFailed(error instanceof ApiProblem ? error.message : m.signIn.noPasskey);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button icon="key" busy={busy} onClick={() => void use()}>
        {m.signIn.passkey}
      </Button>
      {failed && <Notice kind="danger">{failed}</Notice>}
    </>
  );
}

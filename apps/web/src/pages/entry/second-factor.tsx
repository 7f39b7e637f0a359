import { useState } from 'react';
import { api, dataOf } from '../../data/api.js';
import { askPasskey, hasPasskeys } from '../../data/passkeys.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { Notice } from '../../ui/notice.js';
import { EntryFrame } from './frame.js';
import { useEnter } from './use-enter.js';

/** Members of the problem `second_factor_required`. */
export interface Challenge {
  challenge: string;
  methods: string[];
  passkey_options?: Record<string, unknown>;
}

/** The step after a correct password. */
export function SecondFactor({ challenge: { challenge, passkey_options }, onCancel }: { challenge: Challenge; onCancel: () => void }) {
  const enter = useEnter();
  const [failed, setFailed] = useState(false);
  const answer = async (proof: { code?: string; recovery_code?: string; passkey?: Record<string, unknown> }) =>
    enter(await dataOf(api.POST('/v1/auth/login/second-factor', { body: { challenge, ...proof } })));
  const submit = ({ code = '' }: Values) => answer(/^\s*\d{3} ?\d{3}\s*$/.test(code) ? { code: code.trim() } : { recovery_code: code });
  const withPasskey = async (options: Record<string, unknown>) => {
    setFailed(false);
    await askPasskey(options)
      .then((passkey) => answer({ passkey }))
      .catch(() => setFailed(true));
  };
  return (
    <EntryFrame title={m.signIn.factorTitle} lead={m.signIn.factorLead}>
      <Form
        onSubmit={submit}
        action={m.signIn.confirm}
        beside={
          <Button look="quiet" onClick={onCancel}>
            {m.signIn.back}
          </Button>
        }
      >
        <TextField name="code" label={m.signIn.code} autoComplete="one-time-code" spellCheck={false} autoFocus required maxLength={64} />
      </Form>
      {passkey_options && hasPasskeys() && (
        <Button icon="key" onClick={() => void withPasskey(passkey_options)}>
          {m.signIn.usePasskey}
        </Button>
      )}
      {failed && <Notice kind="danger">{m.signIn.noPasskey}</Notice>}
    </EntryFrame>
  );
}

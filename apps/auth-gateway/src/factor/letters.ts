import type { Target } from '../password/attempts.js';
import { type Letter, newPasswordPage } from '../mail/mails.js';

// As in account/letters.ts: lines of 76 characters at the most, and no name of the addressee.

/** Goes to the owner of an account whenever its factors have changed. `what`: a clause, `an authenticator app was added`. */
export const factorsChanged =
  ({ email: to, tenant_id }: Target, what: string): Letter =>
  (site) => ({
    to,
    subject: 'Your second factors were changed',
    text: `Hello,

${what}
for your account, and your other sessions have ended.
API keys go on working: look through them too if you fear for your account.

If it was not you, choose a new password at once, and look through your
second factors:

${newPasswordPage(site, tenant_id)}
`,
  });

/** Goes to the owner of an account when a recovery code has been used. */
export const recoveryCodeUsed =
  ({ email: to, tenant_id }: Target): Letter =>
  (site) => ({
    to,
    subject: 'A recovery code was used',
    text: `Hello,

somebody, probably you, has used one of the recovery codes of your account.
It does not work any more. If few are left, ask for new ones.

If it was not you, choose a new password at once, and replace the codes:

${newPasswordPage(site, tenant_id)}
`,
  });

/** Goes to the owner of an account when somebody who knows its password keeps guessing at its authenticator app. */
export const codesGuessed =
  ({ email: to, tenant_id }: Target): Letter =>
  (site) => ({
    to,
    subject: 'Somebody knows your password',
    text: `Hello,

somebody has logged in to your account with the right password, and then
failed several times to give a code of your authenticator app.
They are not in. If it was not you, choose a new password at once:

${newPasswordPage(site, tenant_id)}
`,
  });

import type { AccountAddress } from '../attempt/attempts.js';
import { type EmailTemplate, passwordResetUrl } from '../mail/mail-queue.js';

// See signup/email-templates.ts: lines have at most 76 characters, and no recipient's name.

/** To the owner of an account whose second factors changed. `change`: a clause such as `a passkey was added`. */
export const factorsChanged =
  ({ email: to, tenant_id }: AccountAddress, change: string): EmailTemplate =>
  (site) => ({
    to,
    subject: 'Your second factors were changed',
    text: `Hello,

${change}
for your account, and you were signed out of your other sessions.
API keys still work: review them if you did not do this.

If this was not you, choose a new password now and review your second
factors:

${passwordResetUrl(site, tenant_id)}
`,
  });

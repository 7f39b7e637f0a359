import type { AccountAddress } from '../attempt/attempts.js';
import { type EmailTemplate, passwordResetUrl } from '../mail/mail-queue.js';

// Lines have at most 76 characters, so that the e-mail is sent without an encoding. Templates do not contain the recipient's name: someone who
// signs up with another person's address could use it to write a part of our e-mail.

/** To an address that signed up for the first time. The token is in the URL fragment, which browsers do not send to servers. */
export const verificationLink =
  (to: string, token: string): EmailTemplate =>
  (site) => ({
    to,
    subject: 'Confirm your e-mail address',
    text: `Hello,

someone, probably you, signed up with this e-mail address.
Open this link and enter the password that you chose:

${site}/verify-email#token=${token}

The link works once and expires after 24 hours.

If you did not sign up, ignore this e-mail: no account will be created.
`,
  });

/** To an address with a pending sign-up, when someone signs up with it again. */
export const signupPending =
  ({ email: to, tenant_id }: AccountAddress): EmailTemplate =>
  (site) => ({
    to,
    subject: 'Confirm your earlier sign-up',
    text: `Hello,

someone, probably you, signed up with this e-mail address again.
Open the link in the e-mail that we sent after the first sign-up, and enter
the password that you chose.

If you do not have that e-mail or that password, choose a new password. This
cancels all pending sign-ups for this address:

${passwordResetUrl(site, tenant_id)}
`,
  });

/** To an address that has an account, when someone signs up with it. */
export const accountExists =
  ({ email: to, tenant_id }: AccountAddress): EmailTemplate =>
  (site) => ({
    to,
    subject: 'You already have an account',
    text: `Hello,

someone, probably you, tried to sign up with this e-mail address, but it
already has an account. Nothing was changed.
Sign in with your password. If you forgot it, choose a new one:

${passwordResetUrl(site, tenant_id)}

If this was not you, you do not need to do anything.
`,
  });

/** To an address without a pending sign-up, when someone asks for a new verification link. */
export const noPendingSignup =
  (to: string): EmailTemplate =>
  () => ({
    to,
    subject: 'No sign-up to confirm',
    text: `Hello,

someone, probably you, asked for a new link to confirm this e-mail address,
but there is no sign-up to confirm: links expire after 24 hours. Please sign
up again.

If this was not you, you do not need to do anything.
`,
  });

import type { PendingDevice } from '@skep/contracts/auth';
import { escapeHtml, renderPage } from './page.js';

const renderAlert = (error?: string) => (error ? `<p role="alert" id="error">${escapeHtml(error)}</p>\n` : '');

/** Renders the page that asks for the code of a device. */
export const renderCodePage = (error?: string) =>
  renderPage(
    'Connect a device',
    `${renderAlert(error)}<p>Enter the code that your device shows.</p>
<form method="get" action="/device"><label for="user_code">Code</label>
<input class="code" id="user_code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" required maxlength="32"${error ? ' aria-invalid="true" aria-describedby="error"' : ''}>
<button>Continue</button></form>`,
  );

/** Renders the page that shows a device and asks for a decision. The device chose its label; address and time are reliable. */
export const renderDecisionPage = (
  { user_code, label, ip_address, created_at }: PendingDevice,
  csrf: string,
  state: DecisionFormState = {},
) =>
  renderPage(
    'Connect this device?',
    `${renderAlert(state.error)}<dl><dt>Code</dt><dd class="code">${escapeHtml(user_code)}</dd>
<dt>Name given by the device</dt><dd>${escapeHtml(label ?? 'none')}</dd>
<dt>Network address</dt><dd>${escapeHtml(ip_address ?? 'unknown')}</dd>
<dt>Requested at</dt><dd><time datetime="${created_at.toISOString()}">${created_at.toISOString().slice(0, 19).replace('T', ' ')} UTC</time></dd></dl>
<p><strong>Approve only if you started this yourself just now.</strong> The device can act for you until you end its session.
We will never send you a code.</p>
<form method="post" action="/device"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="user_code" value="${escapeHtml(user_code)}">
<label for="email">E-mail address</label><input id="email" name="email" type="email" autocomplete="username" required maxlength="254" value="${escapeHtml(state.email ?? '')}">
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required maxlength="128">
<label for="tenant_id">Organisation</label><input id="tenant_id" name="tenant_id" required maxlength="64" value="${escapeHtml(state.tenant_id ?? 'default')}">
<button name="decision" value="approve">Approve</button><button name="decision" value="deny" formnovalidate>Deny</button></form>`,
  );

/** Renders the page that asks for a second factor after the password: a TOTP or recovery code or, by the page's script, a passkey. */
export const renderSecondFactorPage = (user_code: string, csrf: string, { challenge, options }: PendingChallenge, error?: string) =>
  renderPage(
    'Your second factor',
    `${renderAlert(error)}<p>The password is correct. Now enter the code from your authenticator app, or a recovery code.</p>
<form id="factor" method="post" action="/device"><input type="hidden" name="csrf" value="${csrf}">
<input type="hidden" name="user_code" value="${escapeHtml(user_code)}"><input type="hidden" name="challenge" value="${escapeHtml(challenge)}">
<input type="hidden" name="options" value="${escapeHtml(options)}"><input type="hidden" name="passkey">
<label for="code">Code</label><input id="code" name="code" autocomplete="one-time-code" spellcheck="false" required maxlength="64">
<button id="approve" name="decision" value="approve">Approve</button><button name="decision" value="deny" formnovalidate>Deny</button>
<button id="use" type="button" hidden>Use a passkey</button><p id="state" role="status"></p></form>${options && '<script src="/device.js"></script>'}`,
  );

/** The challenge of a second factor. `options`: the passkey request options as JSON, or '' for a user without a passkey. */
export interface PendingChallenge {
  challenge: string;
  options: string;
}

/** Answers the challenge with a passkey, where the browser supports it: fills in the form and submits it. */
export const PASSKEY_SCRIPT = `const find = (id) => document.getElementById(id), fields = find('factor').elements;
find('use').hidden = !window.PublicKeyCredential?.parseRequestOptionsFromJSON;
find('use').onclick = async () => {
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(fields.options.value));
    fields.passkey.value = JSON.stringify(await navigator.credentials.get({ publicKey }));
  } catch {
    find('state').textContent = 'No passkey answered. Try again, or enter a code.';
    return;
  }
  find('approve').formNoValidate = true;
  find('factor').requestSubmit(find('approve'));
};`;

/** The user's previous input, and its error. */
export interface DecisionFormState {
  error?: string;
  email?: string | undefined;
  tenant_id?: string | undefined;
}

/** Renders the page after a decision. */
export const renderResultPage = (approved: boolean) =>
  approved
    ? renderPage('The device is connected', '<p role="status">You can close this page and go back to your device.</p>')
    : renderPage('The device is not connected', '<p role="status">You denied the request. You can close this page.</p>');

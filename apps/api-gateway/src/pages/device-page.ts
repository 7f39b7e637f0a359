import type { PendingDevice } from '@skep/contracts';
import { escape, page } from './page.js';

const alert = (error?: string) => (error ? `<p role="alert" id="error">${escape(error)}</p>\n` : '');

/** Asks for the code that the device shows. */
export const askForCode = (error?: string) =>
  page(
    'Connect a device',
    `${alert(error)}<p>Type in the code that your device shows.</p>
<form method="get" action="/device"><label for="user_code">Code</label>
<input class="code" id="user_code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" required maxlength="32"${error ? ' aria-invalid="true" aria-describedby="error"' : ''}>
<button>Continue</button></form>`,
  );

/** Shows what asks and from where, and lets the person decide. Nothing of it is known to be true but the address and the time. */
export const askForDecision = ({ user_code, label, ip_address, created_at }: PendingDevice, csrf: string, typed: Typed = {}) =>
  page(
    'Let this device in?',
    `${alert(typed.error)}<dl><dt>Code</dt><dd class="code">${escape(user_code)}</dd>
<dt>It calls itself</dt><dd>${escape(label ?? 'nothing')}</dd>
<dt>Network address</dt><dd>${escape(ip_address ?? 'unknown')}</dd>
<dt>Asked at</dt><dd><time datetime="${created_at.toISOString()}">${created_at.toISOString().slice(0, 19).replace('T', ' ')} UTC</time></dd></dl>
<p><strong>Approve only what you began yourself, a moment ago.</strong> The device will act for you until you end its session.
We will never send you a code.</p>
<form method="post" action="/device"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="user_code" value="${escape(user_code)}">
<label for="email">E-mail address</label><input id="email" name="email" type="email" autocomplete="username" required maxlength="254" value="${escape(typed.email ?? '')}">
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required maxlength="128">
<label for="tenant_id">Organisation</label><input id="tenant_id" name="tenant_id" required maxlength="64" value="${escape(typed.tenant_id ?? 'default')}">
<button name="decision" value="approve">Approve</button><button name="decision" value="deny" formnovalidate>Deny</button></form>`,
  );

/** Asks one who has given the password for a second factor: a code of either kind or, by the script of the page, a passkey. */
export const askForFactor = (user_code: string, csrf: string, { challenge, options }: Asked, error?: string) =>
  page(
    'Your second factor',
    `${alert(error)}<p>The password is right. Now the code of your authenticator app, or a recovery code.</p>
<form id="factor" method="post" action="/device"><input type="hidden" name="csrf" value="${csrf}">
<input type="hidden" name="user_code" value="${escape(user_code)}"><input type="hidden" name="challenge" value="${escape(challenge)}">
<input type="hidden" name="options" value="${escape(options)}"><input type="hidden" name="passkey">
<label for="code">Code</label><input id="code" name="code" autocomplete="one-time-code" spellcheck="false" required maxlength="64">
<button id="approve" name="decision" value="approve">Approve</button><button name="decision" value="deny" formnovalidate>Deny</button>
<button id="use" type="button" hidden>Use a passkey</button><p id="state" role="status"></p></form>${options && '<script src="/device.js"></script>'}`,
  );

/** What the second step of a login hangs on. `options`: JSON for a passkey; '' where there is none. */
export interface Asked {
  challenge: string;
  options: string;
}

/** Lets a passkey answer, where the browser can: it fills in the form and sends it. */
export const SCRIPT = `const find = (id) => document.getElementById(id), fields = find('factor').elements;
find('use').hidden = !window.PublicKeyCredential?.parseRequestOptionsFromJSON;
find('use').onclick = async () => {
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(fields.options.value));
    fields.passkey.value = JSON.stringify(await navigator.credentials.get({ publicKey }));
  } catch {
    find('state').textContent = 'No passkey has answered.';
    return;
  }
  find('approve').formNoValidate = true;
  find('factor').requestSubmit(find('approve'));
};`;

/** What the person has typed in already, and what was wrong with it. */
export interface Typed {
  error?: string;
  email?: string | undefined;
  tenant_id?: string | undefined;
}

export const decided = (approved: boolean) =>
  approved
    ? page('The device is connected', '<p role="status">You can close this page and go back to your device.</p>')
    : page('The device is not let in', '<p role="status">It got nothing. You can close this page.</p>');

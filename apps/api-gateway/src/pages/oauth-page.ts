import type { AuthorizationView, ConsentTool } from '@skep/contracts/auth';
import type { Page } from '../exchange/page-exchange.js';
import { escapeHtml, renderPage } from './page.js';

/** Renders a step of an authorization. The client chose its name; the host that the response goes to is reliable. */
export const renderAuthorization = (view: AuthorizationView): Page => PAGES[view.step](view);

const alert = (error: string) => (error ? `<p role="alert" id="error">${escapeHtml(error)}</p>\n` : '');
const hidden = (name: string, value: string) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;

const PAGES: Record<AuthorizationView['step'], (view: AuthorizationView) => Page> = {
  sign_in: ({ client_name, redirect_host, request, error, email, tenant_id, status }) => ({
    status,
    html: renderPage(
      'Sign in',
      `${alert(error)}<p>Sign in to connect <strong>${escapeHtml(client_name)}</strong>, which sends you back to <strong>${escapeHtml(redirect_host)}</strong>.
You decide on the next page.</p>
<form method="post" action="/oauth/sign-in">${hidden('request', request)}
<label for="email">E-mail address</label><input id="email" name="email" type="email" autocomplete="username" required maxlength="254" value="${escapeHtml(email)}"${error ? ' aria-describedby="error"' : ''}>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required maxlength="128">
<label for="tenant_id">Organisation</label><input id="tenant_id" name="tenant_id" required maxlength="64" value="${escapeHtml(tenant_id)}">
<button name="decision" value="continue">Sign in</button><button name="decision" value="organisation" formnovalidate>Sign in with your organisation</button>
<button name="decision" value="cancel" formnovalidate>Cancel</button></form>`,
    ),
  }),
  organisation: ({ location }) => ({
    html: renderPage(
      'Sign in with your organisation',
      `<meta http-equiv="refresh" content="0;url=${escapeHtml(location)}">
<p role="status">Your organisation signs you in on its own page.</p>
<p><a href="${escapeHtml(location)}">Continue to ${escapeHtml(new URL(location).host)}</a></p>`,
    ),
  }),
  second_factor: ({ request, error, challenge, options, status }) => ({
    status,
    script: options !== '',
    html: renderPage(
      'Your second factor',
      `${alert(error)}<p>The password is correct. Now enter the code from your authenticator app, or a recovery code.</p>
<form id="factor" method="post" action="/oauth/sign-in">${hidden('request', request)}${hidden('challenge', challenge)}${hidden('options', options)}
<input type="hidden" name="passkey"><label for="code">Code</label>
<input id="code" name="code" autocomplete="one-time-code" spellcheck="false" required maxlength="64">
<button id="approve" name="decision" value="continue">Continue</button><button name="decision" value="cancel" formnovalidate>Cancel</button>
<button id="use" type="button" hidden>Use a passkey</button><p id="state" role="status"></p></form>${options && '<script src="/device.js"></script>'}`,
    ),
  }),
  consent: ({ client_name, redirect_host, request, email, tenant_id, resource, tools }) => ({
    html: renderPage(
      `Allow ${client_name}?`,
      `<p><strong>${escapeHtml(client_name)}</strong> asks to call tools for you until you end its session.
Its name is not verified.</p>
<dl><dt>The response goes to</dt><dd>${escapeHtml(redirect_host)}</dd><dt>Your account</dt><dd>${escapeHtml(email)}, ${escapeHtml(tenant_id)}</dd>
<dt>Access to</dt><dd>${escapeHtml(resource)}</dd></dl>
${renderTools(tools)}
<p><strong>Allow only if you started this yourself just now.</strong></p>
<form method="post" action="/oauth/consent">${hidden('request', request)}
<button name="decision" value="allow">Allow</button><button name="decision" value="deny">Deny</button></form>`,
    ),
  }),
  leave: ({ location, redirect_host }) => ({
    location,
    html: renderPage(
      'Go back to the program',
      `<meta http-equiv="refresh" content="0;url=${escapeHtml(location)}">
<p role="status">You can close this page if the program does not open.</p>
<p><a href="${escapeHtml(location)}">Continue to ${escapeHtml(redirect_host)}</a></p>`,
    ),
  }),
};

const priceOf = ({ price }: ConsentTool) => (price === null ? '' : ` (${price} credits a call)`);

function renderTools(tools: ConsentTool[]): string {
  if (!tools.length) return '<p>You have no tools there now. Tools of apps that you install later are included.</p>';
  const items = tools.map((tool) => {
    const { app, name, description } = tool;
    return `<li><strong>${escapeHtml(app)}: ${escapeHtml(name)}</strong>${priceOf(tool)}<br>${escapeHtml(description)}</li>`;
  });
  return `<p>These tools now, and those of apps that you install later. Calls are charged to you.</p>\n<ul>${items.join('\n')}</ul>`;
}

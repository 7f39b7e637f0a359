import type { ConnectionQuestion } from '@skep/contracts/connections';
import { escapeHtml, renderPage } from './page.js';

/** Renders the page that asks who started a connection. */
export const renderConnectionPage = (title: string, message: string, { app_id, provider, tenant_id, state, token }: ConnectionQuestion) =>
  renderPage(
    title,
    `<p>${escapeHtml(message)}</p>
<p><strong>Connect only if you started this yourself just now</strong>, in the organisation ${escapeHtml(tenant_id)}.</p>
<form method="post" action="/v1/ext/${encodeURIComponent(app_id)}/oauth/${encodeURIComponent(provider)}/confirm">
<input type="hidden" name="state" value="${escapeHtml(state)}"><input type="hidden" name="token" value="${escapeHtml(token)}">
<label for="email">E-mail address of your Skep account</label><input id="email" name="email" type="email" autocomplete="email" required maxlength="254">
<button name="decision" value="connect">Connect</button><button name="decision" value="cancel" formnovalidate>Cancel</button></form>`,
  );

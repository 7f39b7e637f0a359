import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PAGE_POLICY } from './policy.js';

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Choose a new password</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem}label,input{display:block;font:inherit}
input{width:100%;box-sizing:border-box;padding:.5rem;margin:.25rem 0 1rem}button{font:inherit;padding:.5rem 1rem}</style></head>
<body><main><h1>Choose a new password</h1><p id="state" role="status"></p>
<form id="ask" hidden><label for="email">Your e-mail address</label><input id="email" type="email" autocomplete="email" required maxlength="254">
<label for="tenant_id">Organisation</label><input id="tenant_id" required maxlength="64"><button>Send me a link</button></form>
<form id="choose" hidden><label for="password">New password (at least 8 characters)</label>
<input id="password" type="password" autocomplete="new-password" required minlength="8" maxlength="128"><button>Save password</button></form>
<noscript><p>This page needs JavaScript. Without it, send the token from its URL to POST /v1/auth/reset-password.</p></noscript></main>
<script src="/reset-password.js"></script></body>
</html>`;

const SCRIPT = `const find = (id) => document.getElementById(id), state = find('state');
const link = new URLSearchParams(location.hash.slice(1)), token = link.get('token');
find('tenant_id').value = link.get('tenant_id') ?? 'default';
history.replaceState(null, '', location.pathname);
addEventListener('hashchange', () => location.reload());
const form = find(token ? 'choose' : 'ask'), button = form.querySelector('button');
form.hidden = false;
form.onsubmit = async (event) => {
  event.preventDefault();
  button.disabled = true;
  const path = token ? 'reset-password' : 'forgot-password';
  const body = token ? { token, new_password: find('password').value } : { email: find('email').value, tenant_id: find('tenant_id').value };
  const answer = await fetch('/v1/auth/' + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const { message, detail } = await answer.json();
  state.textContent = answer.ok ? message : typeof detail === 'string' ? detail : 'The input is not valid.';
  if (answer.ok) form.remove();
  button.disabled = false;
};`;

/** The page of the link in password reset e-mails; without a token it sends such an e-mail. The token is in the URL fragment, which browsers do not send. */
@Controller()
export class ResetPasswordController {
  @Get('/reset-password')
  page(@Res() reply: FastifyReply): void {
    void reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(PAGE);
  }

  @Get('/reset-password.js')
  script(@Res() reply: FastifyReply): void {
    void reply.type('text/javascript; charset=utf-8').send(SCRIPT);
  }
}

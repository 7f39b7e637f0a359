import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PAGE_POLICY } from './policy.js';

/** A page that confirms an e-mail address with the token of a link. */
interface ConfirmationPage {
  /** The path of the page, and under `/v1/auth/` of the operation that takes the token. */
  path: string;
  title: string;
  instruction: string;
  /** Asks for the password of the sign-up: someone else can have signed up with the same address. */
  asksPassword?: true;
  done: string;
}

const VERIFY_EMAIL: ConfirmationPage = {
  path: 'verify-email',
  title: 'Confirm your e-mail address',
  instruction: 'Enter the password that you chose when you signed up.',
  asksPassword: true,
  done: 'Your address is confirmed.',
};
const CHANGE_EMAIL: ConfirmationPage = {
  path: 'confirm-email',
  title: 'Confirm your new e-mail address',
  instruction: 'Click Confirm to use this address for your account.',
  done: 'Your address is changed. Log in with the new address from now on.',
};

const PASSWORD_FIELD = `<label for="password">Password</label>
<input id="password" type="password" autocomplete="current-password" required maxlength="128">
<p>Forgot it? <a href="/reset-password">Choose a new password</a>. If you did not sign up, close this page.</p>
`;

const renderHtml = ({ path, title, instruction, asksPassword }: ConfirmationPage) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem}label,input{display:block;font:inherit}
input{width:100%;box-sizing:border-box;padding:.5rem;margin:.25rem 0 1rem}button{font:inherit;padding:.5rem 1rem}</style></head>
<body><main><h1>${title}</h1><p id="state" role="status">${instruction}</p>
<form id="confirm">${asksPassword ? PASSWORD_FIELD : ''}<button>Confirm</button></form>
<noscript><p>This page needs JavaScript. Without it, send the token from its URL${asksPassword ? ' and your password' : ''} to POST /v1/auth/${path}.</p></noscript></main>
<script src="/${path}.js"></script></body>
</html>`;

/** Confirms on a click only: mail scanners open links, and the token works once. */
const renderScript = ({
  path,
  done,
}: ConfirmationPage) => `const form = document.getElementById('confirm'), state = document.getElementById('state');
const password = document.getElementById('password'), button = form.querySelector('button');
const token = new URLSearchParams(location.hash.slice(1)).get('token');
history.replaceState(null, '', location.pathname);
addEventListener('hashchange', () => location.reload());
form.onsubmit = async (event) => {
  event.preventDefault();
  button.disabled = true;
  const body = JSON.stringify({ token, password: password?.value });
  const answer = await fetch('/v1/auth/${path}', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { detail, refresh_token } = await answer.json();
  if (answer.ok) {
    state.textContent = '${done}';
    form.remove();
    if (refresh_token) await enter(refresh_token);
    return;
  }
  state.textContent = typeof detail === 'string' ? detail : 'This link is not valid.';
  button.disabled = false;
};
// The confirmation is a sign-in, which the web app continues.
const enter = async (refresh_token) => {
  const headers = { 'content-type': 'application/json', 'x-skep-csrf': '1' };
  const kept = await fetch('/app/session', { method: 'POST', headers, body: JSON.stringify({ refresh_token }) });
  if (!kept.ok) return;
  const link = document.createElement('a');
  link.href = '/app/';
  link.textContent = 'Continue to Skep';
  state.append(' ', link);
  link.focus();
};`;

/** The pages of links that confirm an e-mail address: after a sign-up, and after a change of address. */
@Controller()
export class ConfirmLinkController {
  @Get('/verify-email')
  verify(@Res() reply: FastifyReply): void {
    sendPage(reply, VERIFY_EMAIL);
  }

  @Get('/verify-email.js')
  verifyScript(@Res() reply: FastifyReply): void {
    sendScript(reply, VERIFY_EMAIL);
  }

  @Get('/confirm-email')
  change(@Res() reply: FastifyReply): void {
    sendPage(reply, CHANGE_EMAIL);
  }

  @Get('/confirm-email.js')
  changeScript(@Res() reply: FastifyReply): void {
    sendScript(reply, CHANGE_EMAIL);
  }
}

const sendPage = (reply: FastifyReply, link: ConfirmationPage) =>
  void reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(renderHtml(link));
const sendScript = (reply: FastifyReply, link: ConfirmationPage) =>
  void reply.type('text/javascript; charset=utf-8').send(renderScript(link));

import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PAGE_POLICY } from './policy.js';

interface Link {
  /** Of the page, and after `/v1/auth/` of the operation that takes the token. */
  path: string;
  title: string;
  invitation: string;
  /** Asks for the password of the sign-up: somebody else may have signed up with the same address. */
  password?: true;
  done: string;
}

const VERIFY: Link = {
  path: 'verify-email',
  title: 'Confirm your e-mail address',
  invitation: 'Type in the password that you chose when you signed up.',
  password: true,
  done: 'Your address is confirmed. You can log in now.',
};
const CHANGE: Link = {
  path: 'confirm-email',
  title: 'Confirm your new e-mail address',
  invitation: 'One click and your account has this address.',
  done: 'Your address is changed. Log in with the new one from now on.',
};

const PASSWORD = `<label for="password">Password</label>
<input id="password" type="password" autocomplete="current-password" required maxlength="128">
<p>You do not know it? <a href="/reset-password">Choose a new password</a>. If you have not signed up, close this page.</p>
`;

const page = ({ path, title, invitation, password }: Link) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem}label,input{display:block;font:inherit}
input{width:100%;box-sizing:border-box;padding:.5rem;margin:.25rem 0 1rem}button{font:inherit;padding:.5rem 1rem}</style></head>
<body><main><h1>${title}</h1><p id="state" role="status">${invitation}</p>
<form id="confirm">${password ? PASSWORD : ''}<button>Confirm</button></form>
<noscript><p>This page needs JavaScript. Send the token of its address${password ? ' and your password' : ''} to POST /v1/auth/${path} instead.</p></noscript></main>
<script src="/${path}.js"></script></body>
</html>`;

/** A click, not the mere opening: mail scanners open links, and this one works once. */
const script = ({ path, done }: Link) => `const form = document.getElementById('confirm'), state = document.getElementById('state');
const password = document.getElementById('password'), button = form.querySelector('button');
const token = new URLSearchParams(location.hash.slice(1)).get('token');
history.replaceState(null, '', location.pathname);
addEventListener('hashchange', () => location.reload());
form.onsubmit = async (event) => {
  event.preventDefault();
  button.disabled = true;
  const body = JSON.stringify({ token, password: password?.value });
  const answer = await fetch('/v1/auth/${path}', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (answer.ok) { state.textContent = '${done}'; form.remove(); return; }
  const { detail } = await answer.json();
  state.textContent = typeof detail === 'string' ? detail : 'This link is not valid.';
  button.disabled = false;
};`;

/** Where the links lead that confirm an address: of a sign-up, and of an account that gets another one. */
@Controller()
export class ConfirmLinkController {
  @Get('/verify-email')
  verify(@Res() reply: FastifyReply): void {
    sendPage(reply, VERIFY);
  }

  @Get('/verify-email.js')
  verifyScript(@Res() reply: FastifyReply): void {
    sendScript(reply, VERIFY);
  }

  @Get('/confirm-email')
  change(@Res() reply: FastifyReply): void {
    sendPage(reply, CHANGE);
  }

  @Get('/confirm-email.js')
  changeScript(@Res() reply: FastifyReply): void {
    sendScript(reply, CHANGE);
  }
}

const sendPage = (reply: FastifyReply, link: Link) =>
  void reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(page(link));
const sendScript = (reply: FastifyReply, link: Link) => void reply.type('text/javascript; charset=utf-8').send(script(link));

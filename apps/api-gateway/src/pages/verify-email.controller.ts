import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PAGE_POLICY } from './policy.js';

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Confirm your e-mail address</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem}</style></head>
<body><main><h1>Confirm your e-mail address</h1><p id="state" role="status">One click and your account is open.</p>
<button id="confirm">Confirm</button><noscript><p>This page needs JavaScript. Send the token of its address to POST /v1/auth/verify-email instead.</p></noscript></main>
<script src="/verify-email.js"></script></body>
</html>`;

/** A click, not the mere opening: mail scanners open links, and this one works once. */
const SCRIPT = `const button = document.getElementById('confirm'), state = document.getElementById('state');
const token = new URLSearchParams(location.search).get('token');
history.replaceState(null, '', location.pathname);
button.onclick = async () => {
  button.disabled = true;
  const answer = await fetch('/v1/auth/verify-email', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) });
  if (answer.ok) { state.textContent = 'Your address is confirmed. You can log in now.'; button.remove(); return; }
  const { detail } = await answer.json();
  state.textContent = typeof detail === 'string' ? detail : 'This link is not valid.';
  button.disabled = false;
};`;

/** Where the link in the verification mail leads. */
@Controller()
export class VerifyEmailController {
  @Get('/verify-email')
  page(@Res() reply: FastifyReply): void {
    void reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(PAGE);
  }

  @Get('/verify-email.js')
  script(@Res() reply: FastifyReply): void {
    void reply.type('text/javascript; charset=utf-8').send(SCRIPT);
  }
}

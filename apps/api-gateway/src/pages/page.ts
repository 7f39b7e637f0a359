import type { Problem } from '@skep/contracts';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PAGE_POLICY } from './policy.js';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Escapes text for HTML. */
export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

const STYLE = `body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:10vh auto;padding:0 1rem}label,input{display:block;font:inherit}
input{width:100%;box-sizing:border-box;padding:.5rem;margin:.25rem 0 1rem}button{font:inherit;padding:.5rem 1rem;margin-right:.5rem}
dt{font-weight:bold}dd{margin:0 0 .5rem;overflow-wrap:anywhere}[role=alert]{border-left:.3rem solid #b00020;padding-left:.7rem}
.code{letter-spacing:.15em;text-transform:uppercase}`;

/** Renders a page. `title` is text; `body` and `heading` are HTML. */
export const renderPage = (title: string, body: string, heading = escapeHtml(title)) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${heading}</h1>
${body}
</main></body>
</html>`;

/** A page about a problem, for a person. */
export const renderProblem = ({ body: { detail, title } }: Problem) =>
  renderPage('This did not work', `<p role="alert">${escapeHtml(typeof detail === 'string' ? detail : title)}</p>`);

/** Whether a client prefers HTML to the media type `data`. */
export const prefersPage = ({ headers }: FastifyRequest, data: string) =>
  negotiate(headers.accept ?? '*/*', [data, 'text/html']) === 'text/html';

/** Sends a page with the content security policy of pages. */
export const sendPage = (reply: FastifyReply, html: string) =>
  void reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(html);

import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PAGE_POLICY } from './policy.js';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escape = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

const STYLE = `body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:10vh auto;padding:0 1rem}label,input{display:block;font:inherit}
input{width:100%;box-sizing:border-box;padding:.5rem;margin:.25rem 0 1rem}button{font:inherit;padding:.5rem 1rem;margin-right:.5rem}
dt{font-weight:bold}dd{margin:0 0 .5rem;overflow-wrap:anywhere}[role=alert]{border-left:.3rem solid #b00020;padding-left:.7rem}
.code{letter-spacing:.15em;text-transform:uppercase}`;

/** A page of ours. `title` is text, `body` HTML. */
export const page = (title: string, body: string, heading = escape(title)) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${heading}</h1>
${body}
</main></body>
</html>`;

/** Whether a client would rather have a page than data. */
export const prefersPage = ({ headers }: FastifyRequest, data: string) =>
  negotiate(headers.accept ?? '*/*', [data, 'text/html']) === 'text/html';

export const sendPage = (reply: FastifyReply, html: string) =>
  void reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(html);

import type { ToolOutput } from '../tool/tool.js';
import type { Decision } from '../turn/turn-client.js';

const REASON_MAX = 2_000;
const YES = /^\s*(y|yes|yep|yeah|ok|okay|sure|go|go ahead|do it|approve|approved|allow|confirm|confirmed)\s*[.!]*\s*$/i;

/** What a terminal's tool has returned, for the model. */
export function toOutput({ ok, content, ...rest }: Record<string, unknown>): ToolOutput {
  const more = Object.keys(rest).length ? JSON.stringify(rest) : '';
  const said = typeof content === 'string' ? content : content === undefined ? '' : JSON.stringify(content);
  return { success: ok !== false, output: [said, more].filter(Boolean).join('\n').replaceAll('\0', '').toWellFormed().slice(0, 100_000) };
}

/** What a person decided: by a choice, or in words of their own. Only words that clearly approve do. */
export function toDecision({ approved, reason, consent_reply }: Record<string, unknown>): Decision {
  if (approved === true) return { approved: true };
  if (typeof consent_reply === 'string' && YES.test(consent_reply)) return { approved: true };
  const said = typeof consent_reply === 'string' ? consent_reply : typeof reason === 'string' ? reason : '';
  return { approved: false, ...(said && { reason: said.slice(0, REASON_MAX) }) };
}

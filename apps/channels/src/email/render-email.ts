import type { EmailTemplate } from '@skep/contracts/channels';

/** What a template may insert. */
export interface EmailVariables {
  subject: string;
  message: string;
  body: string;
  source: string;
}

const SUBJECT_MAX = 200;
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

/** Replaces `{{name}}`. What is inserted is not looked through again; an unknown name is empty. */
const insert = (template: string, variables: EmailVariables, escape: (text: string) => string) =>
  template.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => escape((new Map(Object.entries(variables)).get(name) as string) ?? ''));

/** The subject is one line, so that a text cannot add headers; in the HTML part what is inserted is text. */
export function renderEmail(
  { subject, html_body, text_body }: Pick<EmailTemplate, 'subject' | 'html_body' | 'text_body'>,
  variables: EmailVariables,
) {
  const asIs = (text: string) => text;
  return {
    subject: insert(subject, variables, asIs)
      .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim()
      .slice(0, SUBJECT_MAX)
      .toWellFormed(),
    text: insert(text_body, variables, asIs),
    html: insert(html_body, variables, escapeHtml),
  };
}

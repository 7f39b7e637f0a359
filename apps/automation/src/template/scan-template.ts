/** A token of an expression. `name` has no quotes, `text` is what was within them. */
export interface Token {
  kind: 'name' | 'text' | 'number' | 'sign' | 'end';
  value: string;
}

/** A part of a template: text as it is, `{{ … }}`, or `{% … %}`. */
export type Part = { kind: 'text'; text: string } | { kind: 'value' | 'tag'; tokens: Token[] };

const OPENING = /\{\{-?|\{%-?|\{#/g;
const CLOSING = { '{{': /-?\}\}/g, '{%': /-?%\}/g } as const;
const TOKEN = /\s*(?:([A-Za-z_]\w*)|(\d+(?:\.\d+)?)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(==|!=|<=|>=|[<>.,:|()[\]{}]))/y;

/** Splits a template into its parts. `-` at a bracket removes the white space beside it. @throws Error if a bracket or quote is not closed */
export function scanTemplate(template: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  let trimsStart = false;
  const addText = (end: number, trimsEnd: boolean) => {
    let text = template.slice(at, end);
    if (trimsStart) text = text.trimStart();
    if (trimsEnd) text = text.trimEnd();
    if (text) parts.push({ kind: 'text', text });
  };
  for (;;) {
    OPENING.lastIndex = at;
    const opening = OPENING.exec(template);
    if (!opening) break;
    addText(opening.index, opening[0].endsWith('-'));
    const start = OPENING.lastIndex;
    if (opening[0] === '{#') {
      const end = template.indexOf('#}', start);
      if (end < 0) throw new Error('a comment is not closed');
      [at, trimsStart] = [end + 2, false];
      continue;
    }
    const bracket = opening[0].slice(0, 2) as keyof typeof CLOSING;
    const { tokens, end, trims } = scanTokens(template, start, CLOSING[bracket].source);
    parts.push({ kind: bracket === '{{' ? 'value' : 'tag', tokens });
    [at, trimsStart] = [end, trims];
  }
  addText(template.length, false);
  return parts;
}

function scanTokens(template: string, start: number, closingSource: string): { tokens: Token[]; end: number; trims: boolean } {
  const closing = new RegExp(`\\s*(?:${closingSource})`, 'y');
  const tokens: Token[] = [];
  let depth = 0;
  for (let at = start; ; at = TOKEN.lastIndex) {
    closing.lastIndex = at;
    // The braces of a map are no end.
    const closed = depth === 0 ? closing.exec(template) : null;
    if (closed) {
      tokens.push({ kind: 'end', value: '' });
      return { tokens, end: closing.lastIndex, trims: closed[0].trimStart().startsWith('-') };
    }
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(template);
    if (!found) throw new Error('an expression is not closed, or has a sign that it cannot have');
    const token = toToken(found);
    if (token.value === '{' && token.kind === 'sign') depth++;
    if (token.value === '}' && token.kind === 'sign') depth--;
    tokens.push(token);
  }
}

function toToken([, name, number, single, double, sign]: RegExpExecArray): Token {
  if (name !== undefined) return { kind: 'name', value: name };
  if (number !== undefined) return { kind: 'number', value: number };
  if (sign !== undefined) return { kind: 'sign', value: sign };
  return { kind: 'text', value: (single ?? double)!.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one)) };
}

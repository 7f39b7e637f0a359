import { isObject } from '@skep/contracts';
import { ExpressionParser, type Expression, type Scope } from './parse-expression.js';
import { type Part, scanTemplate, type Token } from './scan-template.js';
import { Budget, isTrue, itemsOf, toText } from './template-values.js';

/** Characters of a filled template. */
export const FILLED_MAX = 90_000;
const STEPS_MAX = 1_000_000;
const NESTED_MAX = 100;

/** What a part of a template adds to the text. */
type Block = (scope: Scope, out: Output) => void;

class Output {
  private readonly texts: string[] = [];
  private left = FILLED_MAX;

  add(text: string): void {
    this.left -= text.length;
    if (this.left < 0) throw new Error('the filled template is too long');
    this.texts.push(text);
  }

  toString(): string {
    return this.texts.join('');
  }
}

/**
 * Fills a template in the language of webhooks: `{{ payload.a.b }}`, `.get(key, default)`, the filters tojson, default, upper, lower and length,
 * `{% if %}` and `{% for %}`. It reads own properties of the variables and nothing else, and is limited in time and length.
 * Without a template, or if it fails, the text is the payload as JSON.
 */
export function fillTemplate(template: string, variables: { payload: unknown; [name: string]: unknown }): string {
  if (!template) return prettyJson(variables.payload);
  try {
    const out = new Output();
    new BlockParser(scanTemplate(template)).parse()({ names: new Map(Object.entries(variables)), budget: new Budget(STEPS_MAX) }, out);
    return out.toString();
  } catch {
    return prettyJson(variables.payload);
  }
}

/** As JSON with indentation, cut to the length of a filled template. */
function prettyJson(value: unknown): string {
  return (isDeep(value) ? '(too deeply nested)' : JSON.stringify(value ?? null, null, 2)).slice(0, FILLED_MAX).toWellFormed();
}

/** Whether a value is nested so deep that its indentation would be most of it. */
export function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length; depth++) {
    if (depth > NESTED_MAX) return true;
    level = level.flatMap((item): unknown[] => (Array.isArray(item) ? item : isObject(item) ? Object.values(item) : []));
  }
  return false;
}

/** Makes nested blocks of the parts of a template. */
class BlockParser {
  private at = 0;

  constructor(private readonly parts: readonly Part[]) {}

  parse(): Block {
    const { block, end } = this.until([]);
    if (end) throw new Error('a tag has no beginning');
    return block;
  }

  /** The parts up to one of these tags, or to the end of the template. */
  private until(ends: readonly string[]): { block: Block; end?: { name: string; parser: ExpressionParser } } {
    const blocks: Block[] = [];
    const block: Block = (scope, out) => {
      for (const one of blocks) one(scope, out);
    };
    while (this.at < this.parts.length) {
      const part = this.parts[this.at++]!;
      if (part.kind === 'text') blocks.push((_, out) => out.add(part.text));
      else if (part.kind === 'value') blocks.push(valueOf(part.tokens));
      else {
        const parser = new ExpressionParser(part.tokens);
        const name = parser.name();
        if (ends.includes(name)) return { block, end: { name, parser } };
        if (name === 'if') blocks.push(this.condition(parser));
        else if (name === 'for') blocks.push(this.loop(parser));
        else throw new Error(`there is no tag '${name}'`);
      }
    }
    if (ends.length) throw new Error(`'${ends.at(-1)}' is missing`);
    return { block };
  }

  private condition(parser: ExpressionParser): Block {
    const test = whole(parser);
    const { block, end } = this.until(['elif', 'else', 'endif']);
    if (end!.name === 'elif') return choose(test, block, this.condition(end!.parser));
    end!.parser.end();
    if (end!.name === 'endif') return choose(test, block, () => undefined);
    const { block: otherwise, end: last } = this.until(['endif']);
    last!.parser.end();
    return choose(test, block, otherwise);
  }

  private loop(parser: ExpressionParser): Block {
    const name = parser.name();
    parser.expect('name', 'in');
    const list = whole(parser);
    const { block, end } = this.until(['endfor']);
    end!.parser.end();
    return (scope, out) => {
      const items = itemsOf(list(scope));
      for (const [index, item] of items.entries()) {
        scope.budget.spend(1);
        const loop = { index: index + 1, index0: index, first: index === 0, last: index === items.length - 1, length: items.length };
        block({ ...scope, names: new Map([...scope.names, [name, item], ['loop', loop]]) }, out);
      }
    };
  }
}

function whole(parser: ExpressionParser): Expression {
  const expression = parser.expression();
  parser.end();
  return expression;
}

function valueOf(tokens: Token[]): Block {
  const value = whole(new ExpressionParser(tokens));
  return (scope, out) => out.add(toText(value(scope), scope.budget));
}

const choose =
  (test: Expression, then: Block, otherwise: Block): Block =>
  (scope, out) => {
    scope.budget.spend(1);
    (isTrue(test(scope)) ? then : otherwise)(scope, out);
  };

import { findNodeAtLocation, parse, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';

/** A position in a text; the first line and column are 1. */
export interface Place {
  line: number;
  column: number;
}

/** Where the value at a path (`app.functions.0.name`) of a JSON text is, or what of the path there is. */
export function placeIn(json: string, path: string): Place {
  const root = parseTree(json);
  const keys = (path ? path.split('.') : []).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  for (; root && keys.length; keys.pop()) {
    const node = findNodeAtLocation(root, keys);
    if (node) return placeAt(json, node.offset);
  }
  return placeAt(json, root?.offset ?? 0);
}

/** Where a text stops being JSON, and what is wrong there; undefined if it is JSON. */
export function syntaxFaultIn(text: string): (Place & { message: string }) | undefined {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const [first] = errors;
  if (!first) return undefined;
  const words = printParseErrorCode(first.error).replace(/(?<=.)([A-Z])/g, (capital) => ` ${capital.toLowerCase()}`);
  return { ...placeAt(text, first.offset), message: words };
}

function placeAt(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

import { findNodeAtLocation, parse, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Shapes } from '../../../data/api.js';
import { APP_FILE, type Files, MANIFEST_FILE } from '../../../data/release-files.js';

/** What is wrong, and where its author finds it. */
export interface Fault {
  file: string;
  /** The first line is 1. */
  line: number;
  message: string;
  isWarning: boolean;
  /** Where the kind of fault is explained. */
  docs?: string | undefined;
}

const lineAt = (text: string, offset: number) => text.slice(0, offset).split('\n').length;

/** Where a file stops being JSON, if it does. */
export function findSyntaxFault(file: string, text: string): Fault | undefined {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const [first] = errors;
  if (!first) return undefined;
  const message = printParseErrorCode(first.error).replace(/(?<=.)([A-Z])/g, (capital) => ` ${capital.toLowerCase()}`);
  return { file, line: lineAt(text, first.offset), message, isWarning: false };
}

/** The line of the value at a path such as `app.functions.0.name`, or of what of the path there is. */
function lineOf(json: string, path: string): number {
  const root = parseTree(json);
  const keys = (path ? path.split('.') : []).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  for (; root && keys.length; keys.pop()) {
    const node = findNodeAtLocation(root, keys);
    if (node) return lineAt(json, node.offset);
  }
  return 1;
}

/** A fault of the server's check as one of a file. Of a module, the message may have the line. */
export function locate(
  files: Files,
  { source, path, message, docs_url }: Partial<Shapes['AppFault']> & Shapes['IrFault'],
  isWarning: boolean,
): Fault {
  const about = { message, isWarning, docs: docs_url ?? undefined };
  const module = /^app\.modules\.(.+\.js)/.exec(path)?.[1];
  if (module && files[module] !== undefined) return { file: module, line: Number(/:(\d+):\d+/.exec(message)?.[1] ?? 1), ...about };
  const file = source === 'manifest' ? MANIFEST_FILE : APP_FILE;
  return { file, line: lineOf(files[file] ?? '', path), ...about };
}

// Writes src/generated/ui-node.ts: the nodes that a panel may consist of, from the props that libs/ui-nodes reads.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const source = fileURLToPath(import.meta.resolve('@skep/ui-nodes')).replace(/\.js$/, '.d.ts');
const program = ts.createProgram([source], {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  strict: true,
});
const checker = program.getTypeChecker();
const file = program.getSourceFile(source);
const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(file!)!);

/** What stands for a type of libs/ui-nodes: authors may leave out more than the renderer gets. */
const NAMED: Readonly<Record<string, string>> = { UINode: 'UIChild', UIAction: 'UIAction', JsonObject: 'JsonObject' };

const folder = new URL('src/generated/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('ui-node.ts', folder),
  `import type { Json, JsonObject } from '../json.js';

/** A node, or a text. */
export type UIChild = UINode | string;
/** Children of a node, in their order. */
export type UIChildren = UIChild | UIChild[];

/** What a node does: calls a function of the app, leads to a page, sends a message to the chat, or opens a panel or an address. */
export type UIAction =
${membersOf(typeOf('UIAction'))
  .map((member) => `  | ${printObject(member, [], ({ text }) => text === 'JsonObject')}`)
  .join('\n')};

/** The props of each type of node. All may be left out; docs/apps/panels.md says what they mean. */
export interface UIProps {
${propertiesOf(typeOf('PropsByType'))
  .map(([name, type]) => `  ${name}: ${printObject(type, [], () => true)};`)
  .join('\n')}
}

/** A node of a panel. \`key\` keeps what users do in it through a refresh; a changed \`revision\` resets it. */
export type UINode = { [T in keyof UIProps]: { type: T; props?: UIProps[T]; key?: string; revision?: string } }[keyof UIProps];
`,
);

function typeOf(name: string): ts.Type {
  const symbol = exported.find((each) => each.name === name);
  if (!symbol) throw new Error(`libs/ui-nodes does not export ${name}`);
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return checker.getDeclaredTypeOfSymbol(target);
}

function propertiesOf(type: ts.Type): [string, ts.Type][] {
  return type
    .getProperties()
    .map((property) => [property.name, checker.getTypeOfSymbolAtLocation(property, file!)] as [string, ts.Type])
    .filter(([, each]) => each.getCallSignatures().length === 0);
}

function membersOf(type: ts.Type): ts.Type[] {
  return (type.isUnion() ? type.types : [type]).filter((member) => !(member.flags & ts.TypeFlags.Undefined));
}

/** @param within the types around it, since some contain themselves */
function print(type: ts.Type, within: ts.Type[]): string {
  const name = NAMED[type.aliasSymbol?.name ?? ''] ?? NAMED[type.getSymbol()?.name ?? ''];
  if (name) return name;
  if (type.flags & ts.TypeFlags.Unknown) return 'Json';
  if (type.flags & ts.TypeFlags.Boolean) return 'boolean';
  if (type.isUnion()) return printUnion(type, within);
  if (checker.isArrayType(type)) {
    const item = print(checker.getTypeArguments(type as ts.TypeReference)[0]!, within);
    return item === 'UIChild' ? 'UIChildren' : /[ |]/.test(item) && !item.startsWith('{') ? `(${item})[]` : `${item}[]`;
  }
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return checker.typeToString(type).replaceAll('"', "'");
  return within.includes(type) ? 'JsonObject' : printObject(type, [...within, type], () => true);
}

function printUnion(type: ts.UnionType, within: ts.Type[]): string {
  const action = membersOf(type).some((member) => propertiesOf(member).some(([key]) => key === 'action'));
  if (action) return 'UIAction';
  const texts = membersOf(type).map((member) => (member.flags & ts.TypeFlags.BooleanLiteral ? 'boolean' : print(member, within)));
  // No choice is the same as no prop.
  return [...new Set(texts)].filter((text) => text !== "''").join(' | ');
}

function printObject(type: ts.Type, within: ts.Type[], isOptional: (property: { text: string }) => boolean): string {
  const properties = propertiesOf(type).map(([key, each]) => {
    const text = print(each, within);
    return `${key}${isOptional({ text }) ? '?' : ''}: ${text}`;
  });
  return properties.length ? `{ ${properties.join('; ')} }` : 'JsonObject';
}

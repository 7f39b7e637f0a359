import { isObject, type JsonObject } from './json.js';

/** A node as apps send it, with its props still unchecked. */
export interface UINode {
  type: string;
  props: JsonObject;
  /** Identity across refreshes: `key`, or else `id`. */
  key?: string;
  /** A change resets what the user has done in the node. */
  revision?: string;
}

const identity = (value: unknown): string | undefined =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;

/** Reads a node; a text or a number is one of type Text. Undefined for anything else. */
export function readNode(value: unknown): UINode | undefined {
  if (typeof value === 'string' || typeof value === 'number') return { type: 'Text', props: { content: String(value) } };
  if (!isObject(value) || typeof value['type'] !== 'string') return undefined;
  const props = isObject(value['props']) ? value['props'] : {};
  return {
    type: value['type'],
    props: value['children'] !== undefined && props['children'] === undefined ? { ...props, children: value['children'] } : props,
    key: identity(value['key']) ?? identity(value['id']),
    revision: identity(value['revision']),
  };
}

/** Reads one node or nested lists of them, without what a false condition left out. */
export function readNodes(value: unknown): UINode[] {
  const values = Array.isArray(value) ? (value as unknown[]).flat(8) : [value];
  return values.flatMap((item) => readNode(item) ?? []);
}

/** Nodes with keys that are unique among them and the same after a refresh. */
export function keyed(nodes: readonly UINode[]): { key: string; node: UINode }[] {
  const counts = new Map<string, number>();
  return nodes.map((node) => {
    const name = `${node.key ?? node.type}:${node.revision ?? ''}`;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return { key: `${name}:${count}`, node };
  });
}

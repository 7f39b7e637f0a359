import { createContext, useContext, type ComponentType } from 'react';
import type { ActionRunner } from './action.js';
import type { Fields } from './fields.js';
import type { JsonObject } from './json.js';
import type { Messages } from './messages.js';

/** A type of node: its name on the wire, its props, and what shows it. */
export interface NodeDefinition<T extends string = string, F extends Fields = Fields> {
  type: T;
  fields: F;
  Component: ComponentType<{ props: JsonObject }>;
}

/** What the nodes of a tree share. */
export interface Host {
  /** Finds the definition of a type, whatever its capitals. */
  definitionOf(type: string): NodeDefinition | undefined;
  run: ActionRunner;
  /** Asks the user, and resolves to what they chose. */
  confirm(question: string): Promise<boolean>;
  messages: Messages;
  /** Where a node that cannot be shown is reported. */
  onError: ((error: unknown, type: string) => void) | undefined;
}

export const HostContext = createContext<Host | undefined>(undefined);

export function useHost(): Host {
  const host = useContext(HostContext);
  if (!host) throw new Error('Nodes are shown only inside a UINodeTree');
  return host;
}

export const useMessages = (): Messages => useHost().messages;

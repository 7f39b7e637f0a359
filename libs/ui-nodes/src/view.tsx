import { Component, createContext, useContext, useState, type ReactNode } from 'react';
import { useHost, useMessages } from './host.js';
import { fill } from './messages.js';
import { keyed, type UINode } from './node.js';

const MAX_DEPTH = 64;
const SLICE = 200;
const Depth = createContext(0);

/** What stands where a node is not shown. */
export function Placeholder({ children }: { children: ReactNode }) {
  return (
    <div className="ui-placeholder" role="note">
      {children}
    </div>
  );
}

interface BoundaryProps {
  node: UINode;
  fallback: ReactNode;
  onError: ((error: unknown, type: string) => void) | undefined;
  children: ReactNode;
}

/** Keeps the fault of one node from its neighbours, and tries again when the node is a new one. */
class Boundary extends Component<BoundaryProps, { failed: UINode | undefined }> {
  override state: { failed: UINode | undefined } = { failed: undefined };

  static getDerivedStateFromProps({ node }: BoundaryProps, { failed }: { failed: UINode | undefined }) {
    return failed && failed !== node ? { failed: undefined } : null;
  }

  override componentDidCatch(error: unknown): void {
    this.setState({ failed: this.props.node });
    this.props.onError?.(error, this.props.node.type);
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}

export function NodeView({ node }: { node: UINode }) {
  const { definitionOf, messages, onError } = useHost();
  const depth = useContext(Depth);
  if (depth > MAX_DEPTH) return <Placeholder>{messages.tooDeep}</Placeholder>;
  const definition = definitionOf(node.type);
  if (!definition) return <Placeholder>{fill(messages.unknownNode, { type: node.type.slice(0, 64) })}</Placeholder>;
  return (
    <Boundary node={node} fallback={<Placeholder>{fill(messages.nodeFailed, { type: definition.type })}</Placeholder>} onError={onError}>
      <Depth.Provider value={depth + 1}>
        <definition.Component props={node.props} />
      </Depth.Provider>
    </Boundary>
  );
}

/** A long list shows its first part, and more on request: a page with ten thousand controls helps no one. */
export function useSlice<T>(items: readonly T[], size = SLICE): { shown: readonly T[]; more: ReactNode } {
  const [count, setCount] = useState(size);
  const messages = useMessages();
  const more = items.length > count && (
    <button type="button" className="ui-button ui-button-ghost ui-more" onClick={() => setCount(count + size)}>
      {messages.more} ({items.length - count})
    </button>
  );
  return { shown: items.length > count ? items.slice(0, count) : items, more };
}

export function Nodes({ nodes }: { nodes: readonly UINode[] }) {
  const { shown, more } = useSlice(nodes);
  return (
    <>
      {keyed(shown).map(({ key, node }) => (
        <NodeView key={key} node={node} />
      ))}
      {more}
    </>
  );
}

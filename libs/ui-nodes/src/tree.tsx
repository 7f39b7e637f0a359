import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { readAction, type ActionRunner } from './action.js';
import { HostContext, type Host } from './host.js';
import { MESSAGES, type Messages } from './messages.js';
import { readNode } from './node.js';
import { Overlay } from './nodes/overlay.js';
import { definitionOf } from './registry.js';
import { NodeView, Placeholder } from './view.js';

export interface UINodeTreeProps {
  /** The tree as the app sent it. It may be anything: what is not a node is not shown. A new object is a refresh. */
  tree: unknown;
  actions: ActionRunner;
  messages?: Partial<Messages>;
  /** Receives the faults of nodes that could not be shown. */
  onError?: (error: unknown, type: string) => void;
}

interface Question {
  text: string;
  answer: (confirmed: boolean) => void;
}

/** Shows a tree of nodes. What the user has entered, opened, selected or scrolled survives a new tree, as do focus and caret. */
export function UINodeTree({ tree, actions, messages, onError }: UINodeTreeProps) {
  const [question, setQuestion] = useState<Question>();
  const confirm = useCallback((text: string) => new Promise<boolean>((answer) => setQuestion({ text, answer })), []);
  const host = useMemo<Host>(
    () => ({ definitionOf, run: actions, confirm, messages: { ...MESSAGES, ...messages }, onError }),
    [actions, confirm, messages, onError],
  );
  const node = useMemo(() => readNode(tree), [tree]);
  useAutoAction(node?.props['auto_action'], actions);
  function answer(confirmed: boolean): void {
    question?.answer(confirmed);
    setQuestion(undefined);
  }
  return (
    <HostContext value={host}>
      <div className="ui-nodes">
        {node ? (
          <NodeView key={node.revision ?? ''} node={node} />
        ) : tree == null ? null : (
          <Placeholder>{host.messages.noData}</Placeholder>
        )}
        {question && (
          <Overlay
            className="ui-dialog ui-width-sm"
            title={question.text}
            subtitle=""
            dismissible
            onClose={() => answer(false)}
            footer={
              <>
                <button type="button" className="ui-button ui-button-secondary" onClick={() => answer(false)}>
                  {host.messages.cancel}
                </button>
                <button type="button" className="ui-button ui-button-primary" onClick={() => answer(true)}>
                  {host.messages.confirm}
                </button>
              </>
            }
          >
            {null}
          </Overlay>
        )}
      </div>
    </HostContext>
  );
}

/** Runs the `auto_action` of a root once. Only calls: a tree does not lead its user away, or speak for them, by itself. */
function useAutoAction(value: unknown, run: ActionRunner): void {
  const done = useRef(false);
  useEffect(() => {
    const action = readAction(value);
    if (done.current || action?.action !== 'call') return;
    done.current = true;
    run(action).catch(() => undefined);
  }, [value, run]);
}

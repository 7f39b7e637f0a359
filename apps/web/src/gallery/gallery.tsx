import { UINodeTree, NODE_TYPES, type ActionRunner } from '@skep/ui-nodes';
import { EXAMPLES, type Example } from '@skep/ui-nodes/examples';
import '@skep/ui-nodes/style.css';
import { useState } from 'react';

const types = NODE_TYPES.map(({ type }) => type);

function Sample({ example, actions }: { example: Example; actions: ActionRunner }) {
  const [shown, setShown] = useState(!example.modal);
  return shown ? (
    <UINodeTree tree={example} actions={actions} />
  ) : (
    <button type="button" className="rounded-lg border border-edge px-3 py-1.5 text-sm" onClick={() => setShown(true)}>
      Show
    </button>
  );
}

/** All types of nodes with their examples. Only in development builds: for authors, and to look at after a change. */
export function Gallery() {
  const [last, setLast] = useState('');
  const actions: ActionRunner = (action) => {
    setLast(JSON.stringify(action));
    return new Promise((resolve) => setTimeout(resolve, 400));
  };
  return (
    <main className="mx-auto max-w-4xl p-4">
      <h1 className="text-2xl font-semibold">Components</h1>
      <p role="status" className="sticky top-0 z-10 my-3 truncate rounded-lg bg-sunken px-3 py-2 font-mono text-xs">
        {last || 'Actions are shown here.'}
      </p>
      {types.map((type) => (
        <section key={type} id={type} aria-labelledby={`${type}-title`} className="border-t border-line py-5">
          <h2 id={`${type}-title`} className="mb-3 font-mono text-sm text-muted">
            {type}
          </h2>
          <div className="flex flex-col gap-4">
            {EXAMPLES.filter((example) => example.type === type).map((example, index) => (
              <Sample key={index} example={example} actions={actions} />
            ))}
          </div>
        </section>
      ))}
    </main>
  );
}

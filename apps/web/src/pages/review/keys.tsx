import { useEffect, useRef, useState } from 'react';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';

const OFF = 'skep.review.keys-off';

/** What each key does. Without a function it does nothing on this page. */
export type KeyActions = Readonly<Record<string, (() => void) | undefined>>;

const isTyping = (target: EventTarget | null) =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable], [data-editor]') !== null;

/** Calls what a key is for: not while the user types, and not while a dialog is open. */
function useKeys(actions: KeyActions, isOn: boolean) {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    if (!isOn) return undefined;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]')) return;
      const action = latest.current[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [isOn]);
}

/** A button that shows the keys of the page, which can be turned off there: other tools may need them. */
export function Keys({ actions }: { actions: KeyActions }) {
  const [isOn, setOn] = useState(() => localStorage.getItem(OFF) === null);
  const [isShown, setShown] = useState(false);
  useKeys({ ...actions, '?': () => setShown(true) }, isOn);
  const change = (on: boolean) => {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, '1');
    setOn(on);
  };
  return (
    <>
      <Button look="quiet" onClick={() => setShown(true)}>
        {m.review.shortcuts.show} <kbd className="font-mono text-xs">?</kbd>
      </Button>
      {isShown && (
        <Dialog title={m.review.shortcuts.title} onClose={() => setShown(false)}>
          <dl className="grid grid-cols-[3rem_minmax(0,1fr)] gap-2 text-sm">
            {Object.entries(m.review.shortcuts.keys)
              .filter(([key]) => key === '?' || key in actions)
              .map(([key, does]) => (
                <div key={key} className="contents">
                  <dt>
                    <kbd className="rounded border border-edge px-2 font-mono">{key}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
          </dl>
          <label className="flex items-center gap-2.5 text-sm">
            <input type="checkbox" className="size-4" checked={isOn} onChange={({ target }) => change(target.checked)} />
            {m.review.shortcuts.use}
          </label>
        </Dialog>
      )}
    </>
  );
}

import { type ReactNode, useEffect, useId, useRef } from 'react';
import { m } from '../messages/index.js';
import { IconButton } from './button.js';

interface DialogProps {
  title: string;
  children: ReactNode;
  onClose: () => void;
}

/** A modal dialog while it is rendered. The browser keeps the focus in it, closes it with Escape, and gives the focus back. */
export function Dialog({ title, children, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      className="m-auto max-h-[85dvh] w-[calc(100%-2rem)] max-w-lg overflow-auto rounded-2xl border border-line bg-surface p-0 text-ink shadow-2xl"
    >
      <div className="flex items-start justify-between gap-3 px-6 pt-5">
        <h2 id={id} className="pt-1.5 text-lg font-semibold [overflow-wrap:anywhere]">
          {title}
        </h2>
        <IconButton icon="close" label={m.app.close} onClick={() => dialog.current?.close()} />
      </div>
      <div className="grid gap-4 px-6 pt-2 pb-6">{children}</div>
    </dialog>
  );
}

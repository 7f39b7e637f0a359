import { useState } from 'react';
import { APP_FILE, type Files, MANIFEST_FILE } from '../../../data/release-files.js';
import { m } from '../../../messages/index.js';
import { Button, IconButton } from '../../../ui/button.js';
import { Dialog } from '../../../ui/dialog.js';
import { Form, TextField } from '../../../ui/form.js';
import type { Fault } from './places.js';

interface FileListProps {
  files: Files;
  open: string;
  faults: readonly Fault[];
  onOpen: (file: string) => void;
  /** Undefined deletes the file. */
  onChange: (file: string, text: string | undefined) => void;
}

const order = (file: string) => [APP_FILE, MANIFEST_FILE].indexOf(file);
const byPlace = (a: string, b: string) => Number(order(a) < 0) - Number(order(b) < 0) || order(a) - order(b) || a.localeCompare(b);

/** The files of an app, to choose the one in the editor, and to add and delete modules. */
export function FileList({ files, open, faults, onOpen, onChange }: FileListProps) {
  const [adds, setAdds] = useState(false);
  const [removes, setRemoves] = useState(false);
  const isModule = order(open) < 0;
  return (
    <nav aria-label={m.dev.editor.files} className="flex flex-wrap items-center gap-1.5">
      {Object.keys(files)
        .sort(byPlace)
        .map((file) => (
          <button
            key={file}
            type="button"
            aria-current={file === open}
            onClick={() => onOpen(file)}
            className="inline-flex min-h-9 items-center gap-2 rounded-lg border border-line bg-surface px-3 font-mono text-xs [overflow-wrap:anywhere] hover:bg-sunken aria-current:border-accent aria-current:bg-accent-soft"
          >
            {file}
            {faults.some((fault) => fault.file === file && !fault.isWarning) && (
              <span className="size-2 rounded-full bg-danger">
                <span className="sr-only">{m.dev.editor.faults(faults.filter((fault) => fault.file === file).length)}</span>
              </span>
            )}
          </button>
        ))}
      <Button size="small" look="quiet" onClick={() => setAdds(true)}>
        {m.dev.editor.add}
      </Button>
      {isModule && <IconButton icon="close" label={m.dev.editor.removeFile(open)} onClick={() => setRemoves(true)} />}
      {adds && (
        <Dialog title={m.dev.editor.add} onClose={() => setAdds(false)}>
          <Form
            action={m.dev.editor.add}
            onSubmit={async ({ path = '' }) => {
              if (files[path] === undefined) onChange(path, '');
              onOpen(path);
              setAdds(false);
            }}
          >
            <TextField
              name="path"
              label={m.dev.editor.addName}
              hint={m.dev.editor.addHint}
              pattern="[A-Za-z0-9][A-Za-z0-9_\-]*(/[A-Za-z0-9_\-]+)*\.js"
              required
              autoFocus
            />
          </Form>
        </Dialog>
      )}
      {removes && (
        <Dialog title={m.dev.editor.removeFile(open)} onClose={() => setRemoves(false)}>
          <p>{m.dev.editor.removeFileLead}</p>
          <div className="flex gap-3">
            <Button
              look="danger"
              onClick={() => {
                onChange(open, undefined);
                onOpen(APP_FILE);
                setRemoves(false);
              }}
            >
              {m.dev.editor.removeFile(open)}
            </Button>
            <Button onClick={() => setRemoves(false)}>{m.app.cancel}</Button>
          </div>
        </Dialog>
      )}
    </nav>
  );
}

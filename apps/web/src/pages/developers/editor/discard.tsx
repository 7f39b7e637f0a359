import { useState } from 'react';
import { m } from '../../../messages/index.js';
import { Button } from '../../../ui/button.js';
import { ConfirmDialog } from '../../../ui/confirm-dialog.js';

/** Throws the changes of this tab away, after a question. */
export function Discard({ onDiscard }: { onDiscard: () => void }) {
  const [asks, setAsks] = useState(false);
  return (
    <>
      <Button look="quiet" onClick={() => setAsks(true)}>
        {m.dev.editor.discard}
      </Button>
      {asks && (
        <ConfirmDialog
          title={m.dev.editor.discard}
          action={m.dev.editor.discard}
          onConfirm={async () => onDiscard()}
          onClose={() => setAsks(false)}
        >
          {m.dev.editor.discardLead}
        </ConfirmDialog>
      )}
    </>
  );
}

import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { m } from '../messages/index.js';
import { Button, type ButtonLook } from './button.js';
import { Dialog } from './dialog.js';
import { Failure } from './notice.js';

interface ConfirmDialogProps {
  title: string;
  /** What happens. */
  children: ReactNode;
  action: string;
  look?: ButtonLook['look'];
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something that cannot be taken back, does it, and closes; or shows why it failed. */
export function ConfirmDialog({ title, children, action, look = 'danger', onConfirm, onClose }: ConfirmDialogProps) {
  const work = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="[overflow-wrap:anywhere]">{children}</div>
      {work.error && <Failure error={work.error} />}
      <div className="flex flex-wrap gap-3">
        <Button look={look} busy={work.isPending} onClick={() => work.mutate()}>
          {action}
        </Button>
        <Button onClick={onClose}>{m.app.cancel}</Button>
      </div>
    </Dialog>
  );
}

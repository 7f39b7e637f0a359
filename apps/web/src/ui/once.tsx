import { m } from '../messages/index.js';
import { Button } from './button.js';
import { CopyText } from './code.js';
import { Dialog } from './dialog.js';
import { Notice } from './notice.js';

interface OnceProps {
  title: string;
  lead?: string;
  /** Names and texts; those without a text are left out. */
  texts: readonly (readonly [label: string, text: string | null | undefined])[];
  onClose: () => void;
}

/** What is shown once, to copy: secrets and tokens. */
export const Once = ({ title, lead, texts, onClose }: OnceProps) => (
  <Dialog title={title} onClose={onClose}>
    <Notice>{lead ?? m.work.once}</Notice>
    {texts.map(([label, text]) => text && <CopyText key={label} label={label} text={text} />)}
    <div>
      <Button look="primary" onClick={onClose}>
        {m.keys.done}
      </Button>
    </div>
  </Dialog>
);

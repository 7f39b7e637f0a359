import { useState } from 'react';
import { m } from '../messages/index.js';
import { Button } from './button.js';

/** A text to copy. */
export function CopyText({ label, text }: { label: string; text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-1.5">
      <div className="flex items-center justify-between gap-3">
        <span className="min-w-0 text-sm font-medium [overflow-wrap:anywhere]">{label}</span>
        <Button size="small" icon={copied ? 'check' : 'copy'} onClick={() => void copy()} aria-label={m.app.copyLabel(label)}>
          <span aria-live="polite">{copied ? m.app.copied : m.app.copy}</span>
        </Button>
      </div>
      <pre tabIndex={0} className="overflow-x-auto rounded-lg bg-sunken px-3 py-2.5 font-mono text-xs leading-relaxed">
        {text}
      </pre>
    </div>
  );
}

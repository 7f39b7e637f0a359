import { useEffect, useState } from 'react';
import { CONTROL } from './form.js';
import { Icon } from './icon.js';

/** Searches as the user types, a moment after each key. */
export function SearchField({ label, text, onChange }: { label: string; text: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => onChange(typed), 150);
    return () => clearTimeout(timer);
  });
  return (
    <div className="relative min-w-0 flex-1 basis-64">
      <Icon name="search" className="pointer-events-none absolute top-2.5 left-3 size-5 text-muted" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        className={`${CONTROL} pl-10`}
      />
    </div>
  );
}

import { useState } from 'react';
import { toWords } from './format.js';

const isUrl = (icon: string) => /^(https?:\/\/|\/)/.test(icon);
const isEmoji = (icon: string) => /^\p{Extended_Pictographic}/u.test(icon);

/** The icon of an app: its picture or emoji, else its first letter. A picture is an `img`, in which no script runs. */
export function AppIcon({ icon, name, large = false }: { icon: string; name: string; large?: boolean }) {
  const [failed, setFailed] = useState(false);
  const size = large ? 'size-16 rounded-2xl text-3xl' : 'size-11 rounded-xl text-xl';
  if (isUrl(icon) && !failed)
    return (
      <img
        src={icon}
        alt=""
        loading="lazy"
        referrerPolicy="no-referrer"
        onError={() => setFailed(true)}
        className={`${size} shrink-0 bg-sunken object-cover`}
      />
    );
  return (
    <span aria-hidden="true" className={`${size} grid shrink-0 place-items-center bg-accent-soft font-semibold text-accent`}>
      {isEmoji(icon) ? icon : [...toWords(name)][0]}
    </span>
  );
}

/** The look of a link that shows an app: its icon, and beside it what is known of it. */
export const APP_CARD =
  'flex h-full items-start gap-3.5 rounded-xl border border-line bg-surface p-4 shadow-card transition-colors hover:border-edge';

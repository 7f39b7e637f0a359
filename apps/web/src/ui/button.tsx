import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { m } from '../messages/index.js';
import { Icon, type IconName } from './icon.js';

const SHAPE =
  'inline-flex items-center justify-center gap-2 rounded-lg text-sm font-medium whitespace-nowrap transition-colors disabled:opacity-55 disabled:cursor-default';

const LOOKS = {
  primary: 'bg-accent text-accent-ink hover:opacity-90',
  plain: 'border border-line bg-surface text-ink hover:bg-sunken',
  quiet: 'text-muted hover:bg-sunken hover:text-ink',
  danger: 'border border-line bg-surface text-danger hover:bg-danger-soft',
} as const;

const SIZES = { normal: 'min-h-10 px-4', small: 'min-h-8 px-3' } as const;

export interface ButtonLook {
  look?: keyof typeof LOOKS;
  size?: keyof typeof SIZES;
}

/** The classes of a button, for a link that looks like one. */
export const buttonClass = ({ look = 'plain', size = 'normal' }: ButtonLook = {}) => `${SHAPE} ${LOOKS[look]} ${SIZES[size]}`;

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement>, ButtonLook {
  /** Whether its work is under way. */
  busy?: boolean;
  icon?: IconName;
  children: ReactNode;
}

export const Button = ({ look, size, busy = false, icon, children, className = '', type = 'button', ...rest }: ButtonProps) => (
  <button {...rest} type={type} disabled={busy || rest.disabled} aria-busy={busy} className={`${buttonClass({ look, size })} ${className}`}>
    {busy ? <Spinner /> : icon && <Icon name={icon} className="size-4" />}
    {children}
  </button>
);

export const Spinner = () => (
  <span aria-hidden="true" className="size-4 animate-spin rounded-full border-2 border-current border-t-transparent" />
);

interface MoreButtonProps {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** Loads the next page of a list, if there is one. */
export const MoreButton = ({ hasNextPage, isFetchingNextPage, fetchNextPage }: MoreButtonProps) =>
  hasNextPage && (
    <div>
      <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {m.app.more}
      </Button>
    </div>
  );

/** A button that is an icon only. */
export const IconButton = ({ icon, label, ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & { icon: IconName; label: string }) => (
  <button
    type="button"
    {...rest}
    aria-label={label}
    title={label}
    className="grid size-10 place-items-center rounded-lg text-muted hover:bg-sunken hover:text-ink"
  >
    <Icon name={icon} />
  </button>
);

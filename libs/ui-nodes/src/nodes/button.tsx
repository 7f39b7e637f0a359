import { useContext } from 'react';
import { defineNode } from '../define.js';
import { action, flag, oneOf, text } from '../fields.js';
import { FormContext } from '../field.js';
import { Icon } from '../icon.js';
import { useAction } from '../use-action.js';

/** Why an action failed, beside the control that started it. */
export function Problem({ text: problem }: { text: string | undefined }) {
  return problem ? (
    <p className="ui-problem" role="alert">
      {problem}
    </p>
  ) : null;
}

const VARIANTS = {
  primary: 'primary',
  secondary: 'secondary',
  default: 'secondary',
  outline: 'secondary',
  ghost: 'ghost',
  link: 'ghost',
  danger: 'danger',
  destructive: 'danger',
} as const;

const fields = {
  label: text(),
  variant: oneOf<(typeof VARIANTS)[keyof typeof VARIANTS]>(VARIANTS, 'primary'),
  on_click: action,
  confirm: text(),
  disabled: flag(),
  size: oneOf({ sm: 'sm', md: 'md', lg: 'lg' } as const, 'md'),
  full_width: flag(),
  icon: text(),
  icon_left: text(),
  icon_right: text(),
  loading: flag(),
  loading_label: text(),
  type: oneOf({ submit: 'submit', button: 'button', reset: 'button' } as const, 'button'),
};

export const Button = defineNode('Button', fields, (props) => {
  const form = useContext(FormContext);
  const { pending, error, start } = useAction();
  const { on_click } = props;
  const submits = props.type === 'submit' && form !== undefined && !on_click;
  const busy = pending || props.loading;
  const leading = props.icon_left || props.icon;
  return (
    <>
      <button
        type={submits ? 'submit' : 'button'}
        className={`ui-button ui-button-${props.variant} ui-size-${props.size}${props.full_width ? ' ui-full' : ''}`}
        disabled={props.disabled || (!submits && !on_click) || (submits && form.disabled)}
        aria-busy={busy || undefined}
        aria-label={props.label ? undefined : leading || props.icon_right || 'Button'}
        onClick={on_click && !busy ? () => void start(on_click, props.confirm) : undefined}
      >
        {busy ? <span className="ui-spinner" aria-hidden="true" /> : <Icon name={leading} />}
        {busy && props.loading_label ? props.loading_label : props.label}
        <Icon name={props.icon_right} />
      </button>
      <Problem text={error} />
    </>
  );
});

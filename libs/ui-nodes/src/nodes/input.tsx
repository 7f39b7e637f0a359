import type { KeyboardEvent } from 'react';
import { defineNode } from '../define.js';
import { Labeled, LABELED, useField } from '../field.js';
import { action, flag, json, number, oneOf, text } from '../fields.js';
import { useMessages } from '../host.js';

const TYPES = { text: 'text', password: 'password', email: 'email', number: 'number', url: 'url' } as const;
type InputType = keyof typeof TYPES;

const WRONG: Partial<Record<InputType, { pattern: RegExp; message: 'invalidEmail' | 'invalidNumber' | 'invalidUrl' }>> = {
  email: { pattern: /^[^\s@]+@[^\s@]+$/, message: 'invalidEmail' },
  number: { pattern: /^-?\d*[.,]?\d+(e[+-]?\d+)?$/i, message: 'invalidNumber' },
  url: { pattern: /^[a-z][a-z\d+.-]*:\S+$/i, message: 'invalidUrl' },
};

/** The number that a valid text means. */
const toNumber = (value: string): number | undefined => (value.trim() === '' ? undefined : Number(value.trim().replace(',', '.')));

const inputFields = {
  ...LABELED,
  value: json,
  param_name: text('value'),
  type: oneOf<InputType>(TYPES, 'text'),
  variant: oneOf({ default: 'default', ghost: 'ghost' } as const, 'default'),
  on_submit: action,
  on_change: action,
};

export const Input = defineNode('Input', inputFields, (props) => {
  const messages = useMessages();
  const wrong = WRONG[props.type];
  const field = useField({
    name: props.param_name,
    initial: props.value,
    read: text(),
    check: (value) => {
      if (value.trim() === '') return props.required ? messages.required : undefined;
      return wrong && !wrong.pattern.test(value.trim()) ? messages[wrong.message] : undefined;
    },
    toParam: props.type === 'number' ? toNumber : undefined,
  });
  const { on_submit, on_change } = props;
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !on_submit || event.nativeEvent.isComposing) return;
    event.preventDefault();
    field.submit(on_submit);
  }
  return (
    <Labeled {...props} problem={props.error || field.problem} name={props.placeholder || props.param_name}>
      {(control) => (
        <input
          {...control}
          className={`ui-input ui-input-${props.variant}`}
          type={props.type === 'number' ? 'text' : props.type}
          inputMode={props.type === 'number' ? 'decimal' : undefined}
          autoComplete={props.type === 'password' ? 'new-password' : 'off'}
          placeholder={props.placeholder}
          readOnly={props.readonly}
          disabled={props.disabled || field.disabled}
          value={field.value}
          onChange={(event) => field.change(event.target.value)}
          onKeyDown={onKeyDown}
          // An action of its own for each key would be a call for each key.
          onBlur={() => on_change && field.value !== text()(props.value) && field.submit(on_change)}
        />
      )}
    </Labeled>
  );
});

const areaFields = { ...LABELED, value: json, rows: number(4, { min: 1, max: 60 }), param_name: text('text'), on_submit: action };

export const TextArea = defineNode('TextArea', areaFields, (props) => {
  const messages = useMessages();
  const field = useField({
    name: props.param_name,
    initial: props.value,
    read: text(),
    check: (value) => (props.required && value.trim() === '' ? messages.required : undefined),
  });
  const { on_submit } = props;
  return (
    <Labeled {...props} problem={props.error || field.problem} name={props.placeholder || props.param_name}>
      {(control) => (
        <textarea
          {...control}
          className="ui-input"
          rows={Math.round(props.rows)}
          placeholder={props.placeholder}
          readOnly={props.readonly}
          disabled={props.disabled || field.disabled}
          value={field.value}
          onChange={(event) => field.change(event.target.value)}
          onKeyDown={(event) => on_submit && event.key === 'Enter' && (event.ctrlKey || event.metaKey) && field.submit(on_submit)}
        />
      )}
    </Labeled>
  );
});

const switchFields = { ...LABELED, value: json, on_change: action };

export const Toggle = defineNode('Toggle', { ...switchFields, param_name: text('enabled') }, (props) => {
  const field = useField({ name: props.param_name, initial: props.value, read: flag(), onChange: props.on_change });
  return (
    <Labeled {...props} beside problem={props.error || field.problem} name={props.param_name}>
      {({ 'aria-required': _, ...control }) => (
        <input
          {...control}
          type="checkbox"
          role="switch"
          className="ui-switch"
          disabled={props.disabled || field.disabled}
          checked={field.value}
          onChange={(event) => field.change(event.target.checked)}
        />
      )}
    </Labeled>
  );
});

export const Checkbox = defineNode('Checkbox', { ...switchFields, param_name: text('checked') }, (props) => {
  const messages = useMessages();
  const field = useField({
    name: props.param_name,
    initial: props.value,
    read: flag(),
    check: (value) => (props.required && !value ? messages.required : undefined),
    onChange: props.on_change,
  });
  return (
    <Labeled {...props} beside problem={props.error || field.problem} name={props.param_name}>
      {(control) => (
        <input
          {...control}
          type="checkbox"
          className="ui-check"
          disabled={props.disabled || field.disabled}
          checked={field.value}
          onChange={(event) => field.change(event.target.checked)}
        />
      )}
    </Labeled>
  );
});

const sliderFields = {
  ...LABELED,
  min: number(0),
  max: number(100),
  step: (value: unknown) => number(1, { min: 0 })(value) || 1,
  value: json,
  param_name: text('value'),
  on_change: action,
};

export const Slider = defineNode('Slider', sliderFields, (props) => {
  const max = Math.max(props.min, props.max);
  const field = useField({ name: props.param_name, initial: props.value, read: number((props.min + max) / 2, { min: props.min, max }) });
  const { on_change } = props;
  return (
    <Labeled {...props} problem={props.error || field.problem} name={props.param_name}>
      {({ 'aria-required': _, ...control }) => (
        <div className="ui-slider">
          <input
            {...control}
            type="range"
            min={props.min}
            max={max}
            step={props.step}
            disabled={props.disabled || field.disabled}
            value={field.value}
            onChange={(event) => field.change(Number(event.target.value))}
            onPointerUp={() => on_change && field.submit(on_change)}
            onKeyUp={({ key }) => on_change && key.startsWith('Arrow') && field.submit(on_change)}
          />
          <output>{field.value}</output>
        </div>
      )}
    </Labeled>
  );
});

const ISO = /^\d{4}-\d{2}-\d{2}/;
const day = (value: unknown): string => (typeof value === 'string' ? (ISO.exec(value)?.[0] ?? '') : '');

const dateFields = { ...LABELED, value: json, min: day, max: day, param_name: text('date'), on_change: action };

export const DatePicker = defineNode('DatePicker', dateFields, (props) => {
  const messages = useMessages();
  const field = useField({
    name: props.param_name,
    initial: props.value,
    read: day,
    check: (value) => (props.required && !value ? messages.required : undefined),
    onChange: props.on_change,
  });
  return (
    <Labeled {...props} problem={props.error || field.problem} name={props.placeholder || props.param_name}>
      {(control) => (
        <input
          {...control}
          type="date"
          className="ui-input"
          min={props.min || undefined}
          max={props.max || undefined}
          disabled={props.disabled || field.disabled}
          value={field.value}
          onChange={(event) => field.change(event.target.value)}
        />
      )}
    </Labeled>
  );
});

import { useId } from 'react';
import { defineNode } from '../define.js';
import { Labeled, LABELED, useField } from '../field.js';
import { action, choices, json, oneOf, text, texts } from '../fields.js';
import { useMessages } from '../host.js';

const fields = { ...LABELED, options: choices, value: json, param_name: text('value'), on_change: action };

export const Select = defineNode('Select', fields, (props) => {
  const messages = useMessages();
  const field = useField({
    name: props.param_name,
    initial: props.value,
    read: text(),
    check: (value) => (props.required && !value ? messages.required : undefined),
    onChange: props.on_change,
  });
  const known = props.options.some(({ value }) => value === field.value);
  return (
    <Labeled {...props} problem={props.error || field.problem} name={props.placeholder || props.param_name}>
      {(control) => (
        <select
          {...control}
          className="ui-input ui-select"
          disabled={props.disabled || field.disabled}
          value={known ? field.value : ''}
          onChange={(event) => field.change(event.target.value)}
        >
          {(!known || !props.required) && !props.options.some(({ value }) => value === '') && (
            <option value="">{props.placeholder || messages.select}</option>
          )}
          {props.options.slice(0, 2_000).map(({ value, label, disabled }, index) => (
            <option key={index} value={value} disabled={disabled}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Labeled>
  );
});

export const MultiSelect = defineNode('MultiSelect', { ...fields, values: json, param_name: text('values') }, (props) => {
  const messages = useMessages();
  const field = useField({
    name: props.param_name,
    initial: props.values ?? props.value,
    read: texts,
    check: (values) => (props.required && !values.length ? messages.required : undefined),
    onChange: props.on_change,
  });
  return (
    <Labeled {...props} group="group" problem={props.error || field.problem} name={props.placeholder || props.param_name}>
      {({ 'aria-invalid': invalid }) => (
        <div className="ui-choices ui-choices-many">
          {props.options.slice(0, 500).map(({ value, label, disabled }, index) => (
            <label key={index} className="ui-choice">
              <input
                type="checkbox"
                className="ui-check"
                aria-invalid={invalid}
                disabled={disabled || props.disabled || field.disabled}
                checked={field.value.includes(value)}
                onChange={(event) =>
                  field.change(event.target.checked ? [...field.value, value] : field.value.filter((chosen) => chosen !== value))
                }
              />
              <span>{label}</span>
            </label>
          ))}
        </div>
      )}
    </Labeled>
  );
});

const radioFields = { ...fields, orientation: oneOf({ vertical: 'vertical', horizontal: 'horizontal' } as const, 'vertical') };

export const RadioGroup = defineNode('RadioGroup', radioFields, (props) => {
  const messages = useMessages();
  const group = useId();
  const field = useField({
    name: props.param_name,
    initial: props.value,
    read: text(),
    check: (value) => (props.required && !value ? messages.required : undefined),
    onChange: props.on_change,
  });
  return (
    <Labeled {...props} group="radiogroup" problem={props.error || field.problem} name={props.placeholder || props.param_name}>
      {({ 'aria-invalid': invalid }) => (
        <div className={`ui-choices ui-choices-${props.orientation}`}>
          {props.options.slice(0, 200).map(({ value, label, description, disabled }, index) => (
            <label key={index} className="ui-choice">
              <input
                type="radio"
                className="ui-radio"
                name={group}
                aria-invalid={invalid}
                disabled={disabled || props.disabled || field.disabled}
                checked={field.value === value}
                onChange={() => field.change(value)}
              />
              <span>
                {label}
                {description && <span className="ui-description">{description}</span>}
              </span>
            </label>
          ))}
        </div>
      )}
    </Labeled>
  );
});

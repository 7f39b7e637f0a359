import { useId, useState, type KeyboardEvent } from 'react';
import { defineNode } from '../define.js';
import { Labeled, LABELED, useField } from '../field.js';
import { action, json, text, texts } from '../fields.js';
import { useMessages } from '../host.js';
import { Icon } from '../icon.js';
import { fill } from '../messages.js';

const MAX_TAG = 200;

const fields = {
  ...LABELED,
  values: json,
  suggestions: texts,
  grouped_by: text(),
  delimiters: texts,
  validate: text(),
  validate_message: text(),
  param_name: text('tags'),
  on_change: action,
};

/** Checks an entry by the pattern of the app. A pattern that is none, or is long enough to be slow, is not used. */
function isValid(pattern: string, value: string): boolean {
  // Nested repetition can take exponential time.
  if (!pattern || pattern.length > 200 || /[+*}]\)[+*{]/.test(pattern)) return true;
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

export const TagInput = defineNode('TagInput', fields, (props) => {
  const id = useId();
  const messages = useMessages();
  const [draft, setDraft] = useState('');
  const [refused, setRefused] = useState(false);
  const field = useField({
    name: props.param_name,
    initial: props.values,
    read: texts,
    check: (values) => (props.required && !values.length ? messages.required : undefined),
    onChange: props.on_change,
  });
  const disabled = props.disabled || field.disabled;
  const suggestions = props.suggestions.filter((value) => !field.value.includes(value)).slice(0, 200);

  function add(entry: string): void {
    const tag = entry.trim().slice(0, MAX_TAG);
    if (!tag) return;
    const valid = isValid(props.validate, tag);
    setRefused(!valid);
    if (!valid) return;
    setDraft('');
    if (!field.value.includes(tag)) field.change([...field.value, tag]);
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' || props.delimiters.includes(event.key)) {
      event.preventDefault();
      add(draft);
    } else if (event.key === 'Backspace' && !draft && field.value.length) {
      field.change(field.value.slice(0, -1));
    }
  }

  const refusal = refused ? props.validate_message || messages.invalidTag : undefined;
  return (
    <Labeled {...props} problem={refusal ?? (props.error || field.problem)} name={props.placeholder || props.param_name}>
      {(control) => (
        <div className="ui-input ui-tags">
          {field.value.map((tag) => (
            <span key={tag} className="ui-tag">
              {tag}
              <button
                type="button"
                className="ui-bare"
                disabled={disabled}
                aria-label={fill(messages.remove, { name: tag })}
                onClick={() => field.change(field.value.filter((value) => value !== tag))}
              >
                <Icon name="X" size={12} />
              </button>
            </span>
          ))}
          <input
            {...control}
            list={suggestions.length ? `${id}-suggestions` : undefined}
            placeholder={field.value.length ? '' : props.placeholder}
            disabled={disabled}
            value={draft}
            onChange={({ target }) => (suggestions.includes(target.value) ? add(target.value) : setDraft(target.value))}
            onKeyDown={onKeyDown}
            onBlur={() => add(draft)}
          />
          {suggestions.length > 0 && (
            <datalist id={`${id}-suggestions`}>
              {suggestions.map((value) => (
                <option key={value} value={value} />
              ))}
            </datalist>
          )}
        </div>
      )}
    </Labeled>
  );
});

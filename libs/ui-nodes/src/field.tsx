import { createContext, useContext, useEffect, useId, type ReactNode } from 'react';
import { withParams, type UIAction } from './action.js';
import { useEdits, type Edits } from './edits.js';
import { flag, text, type Field } from './fields.js';
import { useMessages } from './host.js';
import type { JsonObject } from './json.js';
import { useAction } from './use-action.js';

/** A field as its form sees it at submission. */
export interface FormField {
  value: unknown;
  /** What is wrong with the value; undefined if nothing is. */
  problem: string | undefined;
}

/** The form around a field. */
export interface FormScope {
  edits: Edits;
  defaults: JsonObject;
  disabled: boolean;
  /** Whether problems are shown: from the first submission on. */
  checked: boolean;
  fields: Map<string, FormField>;
}

export const FormContext = createContext<FormScope | undefined>(undefined);

/** Props that all inputs with a label share. */
export const LABELED = {
  label: text(),
  description: text(),
  error: text(),
  placeholder: text(),
  required: flag(),
  disabled: flag(),
  readonly: flag(),
};

export interface FieldOptions<T> {
  name: string;
  /** The value of the app, unread. */
  initial: unknown;
  read: Field<T>;
  check?: (value: T) => string | undefined;
  /** The value as actions send it. Undefined leaves it out. */
  toParam?: (value: T) => unknown;
  /** Runs with the new value after each change. */
  onChange?: UIAction | undefined;
}

export interface FieldState<T> {
  value: T;
  problem: string | undefined;
  disabled: boolean;
  change(value: T): void;
  /** Runs an action with the value, which then counts as sent. */
  submit(action: UIAction): void;
}

/** The value of an input: in a form, part of what it submits; alone, its own. */
export function useField<T>({ name, initial, read, check, toParam = (value) => value, onChange }: FieldOptions<T>): FieldState<T> {
  const form = useContext(FormContext);
  const alone = useEdits();
  const { error, start } = useAction();
  const edits = form?.edits ?? alone;
  const value = read(edits.get(name) ?? form?.defaults[name] ?? initial);
  const problem = check?.(value);
  const fields = form?.fields;
  useEffect(() => {
    fields?.set(name, { value: toParam(value), problem });
  });
  useEffect(
    () => () => {
      fields?.delete(name);
    },
    [fields, name],
  );
  return {
    value,
    problem: form?.checked && problem ? problem : error,
    disabled: form?.disabled ?? false,
    change: (next) => {
      edits.set(name, next);
      if (!onChange) return;
      const sent = edits.send();
      void start(withParams(onChange, { [name]: toParam(next) })).then((succeeded) => {
        if (form) return;
        if (succeeded) sent();
        else edits.drop(name);
      });
    },
    submit: (action) => {
      const sent = edits.send();
      void start(withParams(action, { [name]: toParam(value) })).then((succeeded) => succeeded && sent());
    },
  };
}

export interface LabelProps {
  label: string;
  description: string;
  required: boolean;
  /** What is wrong, from the app or from a check. */
  problem: string | undefined;
  /** Shown to assistive technology if there is no label. */
  name: string;
}

/** Attributes that tie a control to its label, its description and its problem. */
export interface ControlProps {
  id: string;
  'aria-label': string | undefined;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
  'aria-required': true | undefined;
}

interface LabeledProps extends LabelProps {
  /** For several controls: a group with a legend. */
  group?: 'group' | 'radiogroup';
  /** The label stands beside the control. */
  beside?: boolean;
  children: (control: ControlProps) => ReactNode;
}

/** Puts the label, the description and the problem around a control. */
export function Labeled({ label, description, required, problem, name, group, beside, children }: LabeledProps) {
  const id = useId();
  const messages = useMessages();
  const notes = [description && `${id}-description`, problem && `${id}-problem`].filter(Boolean).join(' ') || undefined;
  const described = { 'aria-describedby': notes, 'aria-invalid': problem ? (true as const) : undefined };
  const nameAttributes = label ? { 'aria-labelledby': `${id}-label` } : { 'aria-label': name };
  const mark = required && (
    <span className="ui-required" title={messages.required} aria-hidden="true">
      *
    </span>
  );
  const labelElement =
    label &&
    (group ? (
      <span id={`${id}-label`} className="ui-label">
        {label} {mark}
      </span>
    ) : (
      <label id={`${id}-label`} htmlFor={id} className="ui-label">
        {label} {mark}
      </label>
    ));
  const control = children({
    id,
    'aria-label': label || group ? undefined : name,
    'aria-required': required && group !== 'group' ? true : undefined,
    ...described,
  });
  const groupAttributes = group && { role: group, ...nameAttributes, ...described, 'aria-invalid': undefined };
  return (
    <div className={beside ? 'ui-field ui-field-beside' : 'ui-field'} {...groupAttributes}>
      {beside ? (
        <div className="ui-beside">
          {control}
          {labelElement}
        </div>
      ) : (
        <>
          {labelElement}
          {control}
        </>
      )}
      {description && (
        <p id={`${id}-description`} className="ui-description">
          {description}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} className="ui-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

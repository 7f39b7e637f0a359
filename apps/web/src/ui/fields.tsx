import type { ReactNode } from 'react';
import { Field } from './form.js';

interface FieldProps {
  name: string;
  label: string;
  hint?: ReactNode;
  required?: boolean;
  defaultValue?: string;
}

export const TextArea = ({
  rows = 4,
  maxLength,
  placeholder,
  defaultValue,
  ...field
}: FieldProps & { rows?: number; maxLength?: number; placeholder?: string }) => (
  <Field {...field} required={field.required ?? false}>
    {(control) => <textarea {...control} {...{ rows, maxLength, placeholder, defaultValue }} required={field.required} />}
  </Field>
);

/** @param options values and their texts, in this order */
export const Select = ({
  options,
  onChange,
  defaultValue,
  ...field
}: FieldProps & { options: readonly (readonly [value: string, text: string])[]; onChange?: (value: string) => void }) => (
  <Field {...field}>
    {(control) => (
      <select {...control} defaultValue={defaultValue} onChange={({ target }) => onChange?.(target.value)}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    )}
  </Field>
);

export const Checkbox = ({
  name,
  label,
  hint,
  defaultChecked,
}: {
  name: string;
  label: string;
  hint?: string;
  defaultChecked?: boolean;
}) => (
  <label className="flex items-start gap-2.5 text-sm">
    <input type="checkbox" name={name} defaultChecked={defaultChecked} className="mt-0.5 size-4" />
    <span>
      <span className="font-medium">{label}</span>
      {hint && <span className="block text-muted">{hint}</span>}
    </span>
  </label>
);

import { createContext, type FormEvent, type InputHTMLAttributes, type ReactNode, useContext, useId, useRef, useState } from 'react';
import { ApiProblem } from '../data/api.js';
import { m } from '../messages/index.js';
import { Button } from './button.js';
import { Notice } from './notice.js';

/** The texts of the fields, by their names. */
export type Values = Record<string, string>;

const Faults = createContext<Readonly<Record<string, string>>>({});

interface FormProps {
  /** May throw an `ApiProblem`: its faults are shown at their fields, others above the button. */
  onSubmit: (values: Values) => Promise<unknown>;
  action: string;
  children: ReactNode;
  /** Beside the button. */
  beside?: ReactNode;
  look?: 'primary' | 'plain';
}

/** A form that sends its fields once, and puts what is wrong where it is wrong. */
export function Form({ onSubmit, action, children, beside, look = 'primary' }: FormProps) {
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !form.current) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const fields = new FormData(form.current);
      await onSubmit(Object.fromEntries([...fields].map(([name, value]) => [name, typeof value === 'string' ? value : ''])));
    } catch (error) {
      const found = error instanceof ApiProblem ? error : new ApiProblem(0, 'unknown', m.errors.unexpected);
      setProblem(found);
      const first = Object.keys(found.faults)
        .map((name) => form.current?.elements.namedItem(name))
        .find(Boolean);
      if (first instanceof HTMLElement) first.focus();
    } finally {
      setBusy(false);
    }
  };
  const known = problem && Object.keys(problem.faults).some((name) => form.current?.elements.namedItem(name));
  const text =
    problem && !known && [problem.message, ...Object.entries(problem.faults).map(([name, fault]) => `${name}: ${fault}`)].join(' ');
  return (
    <form ref={form} onSubmit={(event) => void submit(event)} className="grid gap-4">
      <Faults value={problem?.faults ?? {}}>{children}</Faults>
      {text && <Notice kind="danger">{text}</Notice>}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look={look} busy={busy}>
          {action}
        </Button>
        {beside}
      </div>
    </form>
  );
}

interface FieldProps {
  name: string;
  label: string;
  hint?: ReactNode;
  /** Renders the control with these attributes. */
  children: (control: {
    id: string;
    name: string;
    'aria-describedby': string | undefined;
    'aria-invalid': boolean;
    className: string;
  }) => ReactNode;
  required?: boolean | undefined;
}

export const CONTROL =
  'w-full min-h-10 rounded-lg border border-edge bg-surface px-3 py-2 text-base sm:text-sm text-ink placeholder:text-muted aria-invalid:border-danger';

/** A label, its control, a hint and what is wrong with it. */
export function Field({ name, label, hint, required, children }: FieldProps) {
  const id = useId();
  const fault = useContext(Faults)[name];
  const describedBy = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ') || undefined;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
        {required === false && <span className="font-normal text-muted"> {m.forms.optional}</span>}
      </label>
      {children({ id, name, 'aria-describedby': describedBy, 'aria-invalid': Boolean(fault), className: CONTROL })}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {fault && (
        <p id={`${id}-fault`} className="text-sm text-danger">
          {fault}
        </p>
      )}
    </div>
  );
}

type TextFieldProps = InputHTMLAttributes<HTMLInputElement> & { name: string; label: string; hint?: ReactNode };

export const TextField = ({ name, label, hint, ...rest }: TextFieldProps) => (
  <Field name={name} label={label} hint={hint} required={rest.required ?? false}>
    {(control) => <input {...rest} {...control} />}
  </Field>
);

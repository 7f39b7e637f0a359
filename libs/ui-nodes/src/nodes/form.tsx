import { useRef, useState, type FormEvent } from 'react';
import { readAction, withParams, type UIAction } from '../action.js';
import { defineNode } from '../define.js';
import { useEdits } from '../edits.js';
import { FormContext, type FormField } from '../field.js';
import { nodes, record, text } from '../fields.js';
import { useMessages } from '../host.js';
import { useAction } from '../use-action.js';
import { Nodes } from '../view.js';
import { Problem } from './button.js';

/** What a form does: the function that it names, or an action. */
const submission = (value: unknown): UIAction | undefined =>
  typeof value === 'string' && value ? { action: 'call', function: value, params: {} } : readAction(value);

const fields = {
  children: nodes,
  action: submission,
  on_submit: submission,
  submit_label: (value: unknown) => (typeof value === 'string' ? value : undefined),
  defaults: record,
  confirm: text(),
};

export const Form = defineNode('Form', fields, (props) => {
  const messages = useMessages();
  const { pending, error, start } = useAction();
  const edits = useEdits();
  const [checked, setChecked] = useState(false);
  const inputs = useRef(new Map<string, FormField>());
  const element = useRef<HTMLFormElement>(null);
  const { defaults, submit_label = messages.submit } = props;
  const action = props.action ?? props.on_submit;

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    event.stopPropagation();
    setChecked(true);
    const entries = [...inputs.current];
    if (entries.some(([, { problem }]) => problem)) {
      // The marks are there after the next rendering.
      setTimeout(() => element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
      return;
    }
    const values = Object.fromEntries(entries.map(([name, { value }]) => [name, value]));
    if (!action) return;
    const sent = edits.send();
    const focused = document.activeElement;
    if (await start(withParams(action, { ...defaults, ...values }), props.confirm)) {
      sent();
      setChecked(false);
    }
    // Inputs are locked meanwhile, which takes the focus from them.
    setTimeout(() => document.activeElement === document.body && focused instanceof HTMLElement && focused.focus());
  }

  return (
    <FormContext value={{ edits, defaults, disabled: pending, checked, fields: inputs.current }}>
      <form ref={element} className="ui-form" noValidate aria-busy={pending || undefined} onSubmit={(event) => void submit(event)}>
        <Nodes nodes={props.children} />
        <Problem text={error} />
        {submit_label && (
          <button type="submit" className="ui-button ui-button-primary" disabled={pending || !action}>
            {pending && <span className="ui-spinner" aria-hidden="true" />}
            {submit_label}
          </button>
        )}
      </form>
    </FormContext>
  );
});

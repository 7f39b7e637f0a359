import { useQueryClient } from '@tanstack/react-query';
import { api, ApiProblem, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { TextArea } from '../../ui/fields.js';
import { Field, Form, type Values } from '../../ui/form.js';

export type DecisionKind = 'approve' | 'reject';
type Code = keyof typeof m.review.decision.labels;

interface DecisionProps {
  kind: DecisionKind;
  app: Shapes['App'];
  /** The revision that was looked at: no other is approved. */
  revision: number;
  /** What was quoted. */
  evidence: string;
  onClose: () => void;
  onDecided: () => void;
}

/** Asks before a decision; for a rejection also why. */
export function Decision({ kind, app: { app_id, name }, revision, evidence, onClose, onDecided }: DecisionProps) {
  const queries = useQueryClient();
  const params = { path: { app_id } };
  const text = m.review.decision;
  const isApproval = kind === 'approve';
  const decide = async ({ reason = '', evidence, ...fields }: Values) => {
    const more = evidence && { evidence };
    if (isApproval) await dataOf(api.POST('/v1/admin/apps/{app_id}/approve', { params, body: { revision, ...more } }));
    else {
      const codes = Object.keys(fields).map((field) => field.slice('code:'.length) as Code);
      if (!codes.length) throw new ApiProblem(0, 'invalid_input', text.codesNeeded);
      await dataOf(api.POST('/v1/admin/apps/{app_id}/reject', { params, body: { reason, codes, ...more } }));
    }
    onDecided();
    // Read again when it is shown again: here it does not wait any more.
    await queries.invalidateQueries({ queryKey: ['review', 'app', app_id], refetchType: 'none' });
    await queries.invalidateQueries({ queryKey: ['review', 'queue'] });
  };
  return (
    <Dialog title={isApproval ? text.approveTitle(name) : text.rejectTitle(name)} onClose={onClose}>
      <p>{isApproval ? text.approveLead(revision) : text.rejectLead}</p>
      <Form onSubmit={decide} action={isApproval ? text.approve : text.reject} beside={<Button onClick={onClose}>{m.app.cancel}</Button>}>
        {!isApproval && (
          <>
            <fieldset className="grid grid-cols-2 gap-2 text-sm">
              <legend className="mb-1.5 text-sm font-medium">{text.codes}</legend>
              {Object.entries(text.labels).map(([code, label]) => (
                <label key={code} className="flex items-center gap-2">
                  <input type="checkbox" name={`code:${code}`} className="size-4" />
                  {label}
                </label>
              ))}
            </fieldset>
            <TextArea name="reason" label={text.reason} rows={3} required maxLength={500} />
          </>
        )}
        <Field
          name="evidence"
          label={isApproval ? text.checked : text.evidence}
          hint={isApproval ? undefined : text.evidenceHint}
          required={false}
        >
          {(control) => (
            <textarea
              {...control}
              rows={4}
              maxLength={5_000}
              defaultValue={isApproval ? '' : evidence}
              className={`${control.className} font-mono`}
            />
          )}
        </Field>
      </Form>
    </Dialog>
  );
}

import { m } from '../../messages/index.js';
import { TextField } from '../../ui/form.js';

/** The organisation, which most people never need to name. */
export const OrganisationField = () => (
  <details className="text-sm">
    <summary className="rounded text-muted">{m.signIn.other}</summary>
    <div className="mt-3">
      <TextField
        name="tenant_id"
        label={m.signIn.organisation}
        hint={m.signIn.organisationHint}
        defaultValue="default"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={64}
      />
    </div>
  </details>
);

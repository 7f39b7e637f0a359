import type { SecretScope, SecretWriteMode } from '@skep/contracts/connections';
import type { AppDeclarations } from '@skep/contracts/registry';

const MAX_BYTES = 4096;

/** A secret as the manifest of an app declares it. */
export interface DeclaredSecret {
  name: string;
  description: string;
  required: boolean;
  write_mode: SecretWriteMode;
  max_bytes: number;
  rotation_hint_days: number | null;
  scope: SecretScope;
  /** Whether the operator may give a value, if the developer has set none: only for secrets of the app itself. */
  takes_fallback: boolean;
}

type InManifest = Partial<DeclaredSecret> & Pick<DeclaredSecret, 'name' | 'description'> & { env_fallback?: string | null };

/** The secrets of an app, with the defaults of the manifest. The manifest was checked at the deploy. */
export const secretsOf = ({ secrets }: AppDeclarations): DeclaredSecret[] =>
  (secrets as InManifest[]).map(({ name, description, required, write_mode, max_bytes, rotation_hint_days, scope, env_fallback }) => ({
    name,
    description,
    required: required ?? false,
    write_mode: write_mode ?? 'user',
    max_bytes: max_bytes ?? MAX_BYTES,
    rotation_hint_days: rotation_hint_days ?? null,
    scope: scope ?? 'user',
    takes_fallback: scope === 'app' && !!env_fallback,
  }));

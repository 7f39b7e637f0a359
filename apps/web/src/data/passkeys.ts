/** Whether this browser can use passkeys here. */
export const hasPasskeys = () =>
  typeof PublicKeyCredential !== 'undefined' && typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function';

const toJson = (credential: Credential | null): Record<string, unknown> => {
  if (!(credential instanceof PublicKeyCredential)) throw new Error('no passkey');
  return credential.toJSON() as object as Record<string, unknown>;
};

/** Asks for a passkey. @throws Error when none answers */
export const askPasskey = async (options: Record<string, unknown>) =>
  toJson(
    await navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON),
    }),
  );

/** Creates a passkey. @throws Error when none is created */
export const createPasskey = async (options: Record<string, unknown>) =>
  toJson(
    await navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON),
    }),
  );

import type { Operation } from '@skep/contracts';
import { apis } from '../apis/index.js';

const MODES = ['off', 'report', 'enforce'] as const;
/** Whether a route wants proof of the device: `report` counts and logs requests without one. */
export type AttestationMode = (typeof MODES)[number];

/** The name of an operation in SKEP_ATTESTATION. */
export const attestedName = ({ context, name }: Operation): string => `${context}.${name}`;

/** The operations that SKEP_ATTESTATION may name. */
export const ATTESTED: readonly string[] = apis.flatMap(({ routes }) =>
  routes.filter(({ attested }) => attested).map(({ operation }) => attestedName(operation)),
);

const isMode = (text: string | undefined): text is AttestationMode => MODES.includes(text as AttestationMode);

/** Reads SKEP_ATTESTATION: a mode, then `operation=mode` pairs that replace it. Faulty pairs are left out, and named in `faults`. */
export function parseAttestationModes(text: string, names: readonly string[]) {
  const [first = '', ...pairs] = text.split(',').map((part) => part.trim());
  const byName = new Map<string, AttestationMode>();
  const faults = isMode(first) ? [] : [`must begin with ${MODES.join(', ')}`];
  for (const pair of pairs) {
    const [name = '', mode, ...rest] = pair.split('=');
    if (!names.includes(name)) faults.push(`'${name}' is no operation of a route for devices; they are ${names.join(', ')}`);
    else if (isMode(mode) && !rest.length) byName.set(name, mode);
    else faults.push(`'${pair}' must be ${name}=MODE with one of ${MODES.join(', ')}`);
  }
  return { usual: isMode(first) ? first : ('off' as const), byName, faults };
}

import { didYouMean, type FaultCode } from '@skep/contracts/authoring';
import type { ErrorObject } from 'ajv/dist/2020.js';
import type { IrFault, Loc } from './ir-fault.js';
import { COMPARATORS, isObject } from './ir.js';
import { locOfAjvError } from './json-schema.js';

/** The first faults of an envelope's structure, from the errors of Ajv with `verbose`. */
export function toStructuralFaults(errors: ErrorObject[], envelope: unknown, max: number): IrFault[] {
  // Errors of `if` and of single comparators only repeat others.
  const relevant = errors.filter(({ keyword, schemaPath }) => keyword !== 'if' && !/\/if\/oneOf\/\d+\/required/.test(schemaPath));
  return relevant.slice(0, max).map((error) => {
    const loc = locOfAjvError(error).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const [code, msg] = describeError(error, String(loc.at(-1) ?? 'the IR'));
    return { code, loc, msg: formatOwner(loc, envelope) + msg };
  });
}

function describeError({ keyword, params, message, parentSchema, data }: ErrorObject, key: string): [FaultCode, string] {
  if (keyword === 'required') return ['missing-key', `'${key}' is missing`];
  if (keyword === 'additionalProperties') {
    const known = Object.keys((parentSchema?.['properties'] ?? {}) as object);
    return ['unknown-key', `'${key}' is not a known key${didYouMean(key, known, ': remove it')}`];
  }
  if (keyword === 'enum')
    return ['invalid-value', `'${key}' must be one of ${(params['allowedValues'] as unknown[]).map(String).join(', ')}`];
  if (keyword === 'oneOf') return ['invalid-value', `'${key}' needs exactly one of ${COMPARATORS.join(', ')}`];
  if (keyword === 'discriminator') {
    const branches = (parentSchema?.['oneOf'] ?? []) as { properties: { kind: { const: string } } }[];
    const kinds = branches.map(({ properties }) => properties.kind.const);
    const given: unknown = isObject(data) ? data['kind'] : undefined;
    const proposal = didYouMean(typeof given === 'string' ? given : '', kinds, `; use one of ${kinds.join(', ')}`);
    return ['unknown-kind', `'kind' is missing or unknown${proposal}`];
  }
  return ['invalid-value', `'${key}' ${message}`];
}

/** The function, panel and step that a location lies in, as a prefix: `function 'save', step 's1': `. */
function formatOwner(loc: Loc, envelope: unknown): string {
  const names: string[] = [];
  let part: unknown = envelope;
  for (const [depth, key] of loc.entries()) {
    part = isObject(part) || Array.isArray(part) ? (part as Record<string | number, unknown>)[key] : undefined;
    if (!isObject(part) || typeof key !== 'number') continue;
    const [word, name] =
      { functions: ['function', part['name']], panels: ['panel', part['panel_id']], steps: ['step', part['id']] }[String(loc[depth - 1])] ??
      [];
    if (typeof word === 'string' && typeof name === 'string') names.push(`${word} '${name}'`);
  }
  return names.length ? `${names.join(', ')}: ` : '';
}

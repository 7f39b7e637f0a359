import { AgencySettings, type Fault, InvalidInput, Problem, read } from '@skep/contracts';
import { SECRET_NAME } from '../secrets/secret-names.js';
import type { Changes } from './agency.repository.js';

const LOGOS = ['logo_url', 'logo_dark_url'] as const;
const NAMED = [...LOGOS, 'compliance_tier', 'retention_days'] as const;
/** Characters of all settings together, as JSON. */
const LONGEST = 50_000;

/** What is to be changed of an agency's settings. @throws Problem `invalid_input` with everything that is wrong */
export function readChanges({ extra = {}, ...named }: AgencySettings): Changes {
  const faults = [
    ...LOGOS.filter((logo) => !isLogo(named[logo] ?? '')).map((logo) =>
      fault([logo], 'Give an https URL or a path that begins with /', 'logo_url'),
    ),
    ...NAMED.filter((name) => name in extra).map((name) => fault(['extra', name], 'This setting has a field of its own', 'setting_named')),
    ...secretsIn(extra, ['extra']),
  ];
  if (faults.length) throw InvalidInput(faults);
  const all = Object.entries({ ...extra, ...Object.fromEntries(NAMED.map((name) => [name, named[name]])) });
  const gone = (name: string, value: unknown) => value === null || (value === '' && LOGOS.some((logo) => logo === name));
  return {
    put: Object.fromEntries(all.filter(([name, value]) => value !== undefined && !gone(name, value))),
    removed: all.filter(([name, value]) => gone(name, value)).map(([name]) => name),
  };
}

/** The settings that an agency begins with. @throws Problem as `readChanges` */
export function readSettings(settings: Record<string, unknown>): Record<string, unknown> {
  const extra = Object.fromEntries(Object.entries(settings).filter(([name]) => !NAMED.some((named) => named === name)));
  try {
    const { put } = readChanges(read(AgencySettings, { ...settings, extra }));
    checkLength(put);
    return put;
  } catch (error) {
    if (!(error instanceof Problem) || !Array.isArray(error.body.detail)) throw error;
    throw InvalidInput(
      error.body.detail.map(({ loc, ...rest }) => ({ loc: ['settings', ...loc.slice(loc[0] === 'extra' ? 1 : 0)], ...rest })),
    );
  }
}

/** @throws Problem `invalid_input` */
export function checkLength(settings: object): void {
  if (JSON.stringify(settings).length > LONGEST)
    throw InvalidInput([fault(['extra'], `All settings together may have ${LONGEST} characters`, 'settings_long')]);
}

const fault = (loc: (string | number)[], msg: string, type: string): Fault => ({ loc, msg, type });

/** Empty, an https URL, or a path of our own site: nothing that a browser would run or fetch from elsewhere unseen. */
function isLogo(text: string): boolean {
  if (text === '' || /^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(text)) return true;
  if (!/^https:\/\/[\x21-\x5b\x5d-\x7e]+$/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return !username && !password;
}

function secretsIn(value: unknown, loc: (string | number)[]): Fault[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = [...loc, Array.isArray(value) ? Number(name) : name];
    return SECRET_NAME.test(name) ? [fault(at, 'Settings are no place for secrets', 'setting_secret')] : secretsIn(inner, at);
  });
}

import { type Fault, InvalidInput, Problem, read } from '@skep/contracts';
import { AgencySettings } from '@skep/contracts/auth';
import { SECRET_NAME } from '../secrets/secret-names.js';

/** Settings to add or replace, and names of settings to remove. */
export interface SettingsChanges {
  set: Record<string, unknown>;
  remove: string[];
}

const LOGO_SETTINGS = ['logo_url', 'logo_dark_url'] as const;
const NAMED_SETTINGS = [...LOGO_SETTINGS, 'compliance_tier', 'retention_days'] as const;
/** All settings of an agency together, as JSON. */
const MAX_SETTINGS_CHARACTERS = 50_000;

/** @throws Problem `invalid_input` with every fault */
export function parseSettingsChanges({ extra = {}, ...named }: AgencySettings): SettingsChanges {
  const faults = [
    ...LOGO_SETTINGS.filter((logo) => !isAllowedLogoUrl(named[logo] ?? '')).map((logo) =>
      fault([logo], 'Must be an https URL or a path that begins with /', 'logo_url'),
    ),
    ...NAMED_SETTINGS.filter((name) => name in extra).map((name) =>
      fault(['extra', name], `Send ${name} as a field of its own`, 'setting_named'),
    ),
    ...findSecretNames(extra, ['extra']),
  ];
  if (faults.length) throw InvalidInput(faults);
  const all = Object.entries({ ...extra, ...Object.fromEntries(NAMED_SETTINGS.map((name) => [name, named[name]])) });
  const isRemoved = (name: string, value: unknown) => value === null || (value === '' && LOGO_SETTINGS.some((logo) => logo === name));
  return {
    set: Object.fromEntries(all.filter(([name, value]) => value !== undefined && !isRemoved(name, value))),
    remove: all.filter(([name, value]) => isRemoved(name, value)).map(([name]) => name),
  };
}

/** Parses the settings of a new agency. @throws Problem `invalid_input` with every fault */
export function parseSettings(settings: Record<string, unknown>): Record<string, unknown> {
  const extra = Object.fromEntries(Object.entries(settings).filter(([name]) => !NAMED_SETTINGS.some((named) => named === name)));
  try {
    const { set } = parseSettingsChanges(read(AgencySettings, { ...settings, extra }));
    assertLength(set);
    return set;
  } catch (error) {
    if (!(error instanceof Problem) || !Array.isArray(error.body.detail)) throw error;
    throw InvalidInput(
      error.body.detail.map(({ loc, ...rest }) => ({ loc: ['settings', ...loc.slice(loc[0] === 'extra' ? 1 : 0)], ...rest })),
    );
  }
}

/** @throws Problem `invalid_input` */
export function assertLength(settings: object): void {
  if (JSON.stringify(settings).length > MAX_SETTINGS_CHARACTERS)
    throw InvalidInput([fault(['extra'], `All settings together may have at most ${MAX_SETTINGS_CHARACTERS} characters`, 'settings_long')]);
}

const fault = (loc: (string | number)[], msg: string, type: string): Fault => ({ loc, msg, type });

/** Empty, an https URL without credentials, or a path of our own site: nothing that a browser would execute. */
function isAllowedLogoUrl(text: string): boolean {
  if (text === '' || /^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(text)) return true;
  if (!/^https:\/\/[\x21-\x5b\x5d-\x7e]+$/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return !username && !password;
}

function findSecretNames(value: unknown, loc: (string | number)[]): Fault[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = [...loc, Array.isArray(value) ? Number(name) : name];
    return SECRET_NAME.test(name) ? [fault(at, 'Settings must not contain secrets', 'setting_secret')] : findSecretNames(inner, at);
  });
}

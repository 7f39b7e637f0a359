import type { Component } from './sbom.ts';

/** Licences under which a part may be distributed together with ours (Apache-2.0). MPL-2.0 covers only the files of its part. */
const ALLOWED = [
  ...['0BSD', 'AFL-2.1', 'Apache-2.0', 'Bitstream-Vera', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT'],
  ...['MPL-2.0', 'Python-2.0', 'Unlicense', 'Zlib'],
];
/** Parts whose package.json names no licence; this is what their text says. */
const STATED_ELSEWHERE: Readonly<Record<string, string>> = { 'dejavu-fonts-ttf': 'Bitstream-Vera', pause: 'MIT', 'png-js': 'MIT' };
const OURS = 'pkg:npm/%40skep/';

/** Whether an SPDX expression of `AND` and `OR` lets us choose allowed licences only. */
export function isAllowed(expression: string): boolean {
  const choices = expression.replaceAll(/[()]/g, '').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((licence) => ALLOWED.includes(licence)));
}

/** The parts of others whose licence is missing or not allowed, a line each. */
export function licenceFaults(components: readonly Component[]): string[] {
  const others = components.filter(({ purl }) => !purl?.startsWith(OURS));
  return others.flatMap(({ name, version, licenses = [] }) => {
    const stated = licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? '');
    const licence = stated.join(' AND ') || STATED_ELSEWHERE[name] || 'no licence';
    return isAllowed(licence) ? [] : [`${name} ${version}: ${licence}`];
  });
}

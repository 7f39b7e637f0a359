const BROWSERS = [
  [/\b(?:Edg|EdgA|EdgiOS)\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
] as const;
const SYSTEMS = [
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
] as const;

/** A `User-Agent` (RFC 9110 §10.1.5) in a few words, so that a person knows the device again: `Firefox on Linux`, `curl/8.5.0`. */
export function labelOf(agent: string | undefined): string | null {
  if (!agent?.trim()) return null;
  const named = (table: readonly (readonly [RegExp, string])[]) => table.find(([form]) => form.test(agent))?.[1];
  const browser = agent.startsWith('Mozilla/') && named(BROWSERS);
  const system = named(SYSTEMS);
  if (browser) return system ? `${browser} on ${system}` : browser;
  return agent.trim().split(/\s/)[0]!;
}

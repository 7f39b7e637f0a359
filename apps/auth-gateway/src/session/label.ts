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

/** A short label of a `User-Agent` (RFC 9110 §10.1.5), by which a user recognizes the device: `Firefox on Linux`, `curl/8.5.0`. */
export function labelOf(agent: string | undefined): string | null {
  if (!agent?.trim()) return null;
  const match = (table: readonly (readonly [RegExp, string])[]) => table.find(([pattern]) => pattern.test(agent))?.[1];
  const browser = agent.startsWith('Mozilla/') && match(BROWSERS);
  const system = match(SYSTEMS);
  if (browser) return system ? `${browser} on ${system}` : browser;
  return agent.trim().split(/\s/)[0]!;
}

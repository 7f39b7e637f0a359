import { languageTagOf } from '@skep/contracts/coach';

/** The languages of an `Accept-Language` header, the preferred one first (RFC 9110 §12.5.4). Unreadable ones are left out. */
export function readAcceptLanguage(header: string): string[] {
  return header
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((text) => text.trim());
      const q = parameters.find((parameter) => /^q=/i.test(parameter));
      return { tag: languageTagOf(tag), q: q ? Number(q.slice(2)) : 1 };
    })
    .filter((each): each is { tag: string; q: number } => each.tag !== undefined && each.q > 0)
    .sort((a, b) => b.q - a.q)
    .map(({ tag }) => tag);
}

/**
 * The first wanted language that there is: a wanted tag loses its last parts until one fits (RFC 4647 §3.4), and a plain one also finds
 * a variant. Undefined if none is there.
 */
export function lookUpLanguage(wanted: readonly string[], available: readonly string[]): string | undefined {
  for (const tag of wanted)
    for (let part = tag; part; part = part.slice(0, Math.max(0, part.lastIndexOf('-')))) {
      const found = available.find((one) => one === part) ?? available.find((one) => one.startsWith(`${part}-`));
      if (found !== undefined) return found;
    }
  return undefined;
}

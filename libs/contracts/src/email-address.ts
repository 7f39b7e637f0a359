import { isEmail, ValidateBy } from 'class-validator';

/** Invisible characters: control, format and unassigned ones, line separators, joiners, fillers and the Braille blank. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
/**
 * Characters of a domain name in any script. It excludes other ASCII, so that in a URL it is the host and nothing else, and the
 * ideographic full stop (U+3002), which would be another dot.
 */
const DOMAIN = /^[a-z0-9.\-\u{80}-\u{3001}\u{3003}-\u{10ffff}]+$/u;
const SURROUNDING_BLANKS = /^[\t\n\r ]+|[\t\n\r ]+$/g;

/**
 * The canonical spelling of an e-mail address: lower case, no surrounding white space, the domain in ASCII as in DNS (`bücher.example` is
 * `xn--bcher-kva.example`). Mail servers treat other spellings of a domain as the same domain, so two spellings would be two accounts
 * with one mailbox.
 * @returns undefined for an address with invisible or compatibility characters (full-width letters, `ℯ`), or whose domain IDNA rejects
 */
export function plainAddress(text: string): string | undefined {
  const typed = text.replace(SURROUNDING_BLANKS, '');
  if (INVISIBLE.test(typed) || typed.normalize('NFKC') !== typed) return undefined;
  const address = typed.toLowerCase();
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  if (!DOMAIN.test(domain) || !URL.canParse(`http://${domain}`)) return undefined;
  return `${address.slice(0, at + 1)}${new URL(`http://${domain}`).hostname}`;
}

/** The value is an e-mail address in canonical spelling. */
export const IsPlainEmail = (): PropertyDecorator =>
  ValidateBy({
    name: 'isEmail',
    validator: {
      validate: (value) => typeof value === 'string' && plainAddress(value) === value && isEmail(value),
      defaultMessage: (args) =>
        typeof args?.value === 'string' && plainAddress(args.value) !== args.value && isEmail(args.value)
          ? `${args.property} contains characters that look like others or are invisible. Type it in plain letters`
          : '$property must be an email',
    },
  });

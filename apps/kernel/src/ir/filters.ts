import { didYouMean } from '@skep/contracts/authoring';
import { IrError } from './ir-error.js';
import { isObject, type Json } from './ir.js';
import { toNumber, toText } from './plain-json.js';

/** A filter of a binding, as code and for people. */
interface FilterKind {
  example: string;
  description: string;
  apply: (value: Json, argument: string) => Json;
}

/** The filters by name. docs/apps/ir.md has them as a table. */
export const FILTERS: Record<string, FilterKind> = {
  count: {
    example: '{{steps.all.docs | count}}',
    description: 'the elements of an array, the keys of an object, the characters of a text; 0 for anything else',
    apply: (value) => {
      if (typeof value === 'string') return value.length - (value.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
      if (Array.isArray(value)) return value.length;
      return isObject(value) ? Object.keys(value).length : 0;
    },
  },
  default: {
    example: '{{event.title | default: "Untitled"}}',
    description: 'the text if the value is missing, empty or null',
    apply: (value, argument) => (value === '' || value === null ? argument : value),
  },
  format: {
    example: '{{event.total | format: ",.2f"}}',
    description:
      'a number by `[,][.N]f` or `[,][.N]%` (also `,` and `d`); a time (RFC 3339, or milliseconds since 1970) by `date`, `time` or `datetime` in UTC. A value that does not fit the format is shown unchanged',
    apply: (value, format) => (isTimeFormat(format) ? formatTime(value, format) : formatNumber(value, format)),
  },
};

const FILTER = /\|\s*([A-Za-z]*)\s*(?::\s*("[^"]*"|'[^']*'|[^|]*))?/g;
const NUMBER_FORMAT = /^(,?)(?:\.(\d{1,2}))?([fd%]?)$/;
const isTimeFormat = (format: string): boolean => ['date', 'time', 'datetime'].includes(format);

/** One filter of a binding, with its argument ('' if none). */
export interface Filter {
  name: string;
  argument: string;
}

/** Parses `| count | default: "none"`. Throws IrError EXT_UNSTRUCTURED_ERROR for an unknown filter or format. */
export function parseFilters(text: string): Filter[] {
  const rest = text.replace(FILTER, '').trim();
  if (rest) throw new IrError('EXT_UNSTRUCTURED_ERROR', `invalid filter syntax at '${rest}'`);
  return [...text.matchAll(FILTER)].map(([, name = '', raw = '']) => {
    if (!Object.hasOwn(FILTERS, name)) {
      throw new IrError(
        'EXT_UNSTRUCTURED_ERROR',
        `unknown filter '${name}'${didYouMean(name, Object.keys(FILTERS), `; use one of ${Object.keys(FILTERS).join(', ')}`)}`,
      );
    }
    const argument = /^["']/.test(raw) ? raw.slice(1, -1) : raw.trim();
    if (name === 'format' && !isTimeFormat(argument) && !(argument && NUMBER_FORMAT.test(argument))) {
      throw new IrError(
        'EXT_UNSTRUCTURED_ERROR',
        `unknown format '${argument}'; use a number format such as ',.2f' or '.0%', or date, time, datetime`,
      );
    }
    return { name, argument };
  });
}

export const applyFilter = (value: Json, { name, argument }: Filter): Json => FILTERS[name]!.apply(value, argument);

function formatNumber(value: Json, format: string): Json {
  const number = toNumber(value);
  if (number === undefined) return toText(value);
  const [, comma, decimals, kind] = NUMBER_FORMAT.exec(format)!;
  const scaled = kind === '%' ? number * 100 : number;
  const digits = decimals === undefined ? (kind === 'f' ? 6 : kind === '' ? undefined : 0) : Number(decimals);
  const text = getNumberFormat(comma === ',', digits).format(scaled);
  return kind === '%' ? `${text}%` : text;
}

/** Caches Intl.NumberFormat objects: creating one takes longer than a hundred uses. */
const numberFormats = new Map<string, Intl.NumberFormat>();

function getNumberFormat(useGrouping: boolean, digits: number | undefined): Intl.NumberFormat {
  const key = `${useGrouping} ${digits}`;
  let format = numberFormats.get(key);
  if (!format) {
    const fraction =
      digits === undefined ? { maximumFractionDigits: 20 } : { minimumFractionDigits: digits, maximumFractionDigits: digits };
    numberFormats.set(key, (format = new Intl.NumberFormat('en-US', { useGrouping, ...fraction })));
  }
  return format;
}

function formatTime(value: Json, format: string): Json {
  const time = typeof value === 'number' || (typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value)) ? new Date(value) : undefined;
  if (!time || Number.isNaN(time.getTime())) return toText(value);
  const [date = '', clock = ''] = time.toISOString().split('T');
  const minutes = clock.slice(0, 5);
  return format === 'date' ? date : format === 'time' ? minutes : `${date} ${minutes}`;
}

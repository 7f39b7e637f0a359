import { IrError } from './ir-error.js';
import { isObject, type Json } from './ir.js';
import { toNumber, toText } from './plain-json.js';

/**
 * What may follow a path in a binding: `{{ docs | count }}`, `{{ title | default: "Untitled" }}`, `{{ total | format: ",.2f" }}`.
 *
 * - `count`: the elements of a list, the keys of an object, the characters of a text; 0 for anything else.
 * - `default: TEXT`: the text when the value is missing, empty or null.
 * - `format: PICTURE`: a number by `[,][.N]f` or `[,][.N]%` (also `,` and `d`), a time (RFC 3339, or milliseconds
 *   since 1970) by `date`, `time` or `datetime` in UTC.
 *   What does not fit the picture is shown unchanged.
 */
const FILTERS: Record<string, (value: Json, argument: string) => Json> = {
  count: (value) => {
    if (typeof value === 'string') return value.length - (value.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
    if (Array.isArray(value)) return value.length;
    return isObject(value) ? Object.keys(value).length : 0;
  },
  default: (value, argument) => (value === '' || value === null ? argument : value),
  format: (value, picture) => (isTimePicture(picture) ? formatTime(value, picture) : formatNumber(value, picture)),
};

const CALL = /\|\s*([A-Za-z]*)\s*(?::\s*("[^"]*"|'[^']*'|[^|]*))?/g;
const NUMBER_PICTURE = /^(,?)(?:\.(\d{1,2}))?([fd%]?)$/;
const isTimePicture = (picture: string): boolean => ['date', 'time', 'datetime'].includes(picture);

export interface FilterCall {
  name: string;
  argument: string;
}

/** `| count | default: "none"` as a list of calls. Throws IrError EXT_UNSTRUCTURED_ERROR for an unknown filter or picture. */
export function parseFilters(text: string): FilterCall[] {
  const rest = text.replace(CALL, '').trim();
  if (rest) throw new IrError('EXT_UNSTRUCTURED_ERROR', `cannot read the filter at '${rest}'`);
  return [...text.matchAll(CALL)].map(([, name = '', raw = '']) => {
    if (!Object.hasOwn(FILTERS, name)) {
      throw new IrError('EXT_UNSTRUCTURED_ERROR', `unknown filter '${name}'; known: ${Object.keys(FILTERS).join(', ')}`);
    }
    const argument = /^["']/.test(raw) ? raw.slice(1, -1) : raw.trim();
    if (name === 'format' && !isTimePicture(argument) && !(argument && NUMBER_PICTURE.test(argument))) {
      throw new IrError(
        'EXT_UNSTRUCTURED_ERROR',
        `unknown format '${argument}'; use a picture such as ',.2f' or '.0%', or date, time, datetime`,
      );
    }
    return { name, argument };
  });
}

export const applyFilter = (value: Json, { name, argument }: FilterCall): Json => FILTERS[name]!(value, argument);

function formatNumber(value: Json, picture: string): Json {
  const number = toNumber(value);
  if (number === undefined) return toText(value);
  const [, comma, places, kind] = NUMBER_PICTURE.exec(picture)!;
  const scaled = kind === '%' ? number * 100 : number;
  const digits = places === undefined ? (kind === 'f' ? 6 : kind === '' ? undefined : 0) : Number(places);
  const text = numberFormat(comma === ',', digits).format(scaled);
  return kind === '%' ? `${text}%` : text;
}

/** By picture: to make one takes longer than to use it a hundred times. */
const numberFormats = new Map<string, Intl.NumberFormat>();

function numberFormat(useGrouping: boolean, digits: number | undefined): Intl.NumberFormat {
  const picture = `${useGrouping} ${digits}`;
  let format = numberFormats.get(picture);
  if (!format) {
    const fraction =
      digits === undefined ? { maximumFractionDigits: 20 } : { minimumFractionDigits: digits, maximumFractionDigits: digits };
    numberFormats.set(picture, (format = new Intl.NumberFormat('en-US', { useGrouping, ...fraction })));
  }
  return format;
}

function formatTime(value: Json, picture: string): Json {
  const time = typeof value === 'number' || (typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value)) ? new Date(value) : undefined;
  if (!time || Number.isNaN(time.getTime())) return toText(value);
  const [date = '', clock = ''] = time.toISOString().split('T');
  const minutes = clock.slice(0, 5);
  return picture === 'date' ? date : picture === 'time' ? minutes : `${date} ${minutes}`;
}

import { SaxesParser, type SaxesTagNS } from 'saxes';

const BYTES_MAX = 64 * 1024;
const DEPTH_MAX = 64;
const SVG = 'http://www.w3.org/2000/svg';
const XLINK = 'http://www.w3.org/1999/xlink';
const XML = 'http://www.w3.org/XML/1998/namespace';
const XMLNS = 'http://www.w3.org/2000/xmlns/';
const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Shapes, text and paint. No script, style sheet, animation, link, embedded page or image. */
const ELEMENTS = words(`svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan
  linearGradient radialGradient stop clipPath mask pattern marker`);
const ATTRIBUTES = words(`id class version width height viewBox preserveAspectRatio x y x1 y1 x2 y2 dx dy cx cy r rx ry fx fy fr d points
  pathLength transform role focusable tabindex lang space offset href gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits
  maskContentUnits patternUnits patternContentUnits patternTransform markerWidth markerHeight markerUnits refX refY orient
  alignment-baseline baseline-shift clip-path clip-rule color color-interpolation cursor direction display dominant-baseline enable-background
  fill fill-opacity fill-rule font-family font-size font-style font-variant font-weight letter-spacing marker-end marker-mid marker-start
  mask mask-type opacity overflow paint-order shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset
  stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width style text-anchor text-decoration text-rendering
  vector-effect visibility word-spacing writing-mode`);
/** In a value: CSS escapes, at-rules, and references to resources other than `url(#id)`. */
const UNSAFE_VALUE = /[\\@<]|javascript:|expression\s*\(|src\s*\(|image(?:-set)?\s*\(|url\((?!\s*(['"]?)#[\w.-]+\1\s*\))/i;

/**
 * Why a text is not a safe icon; undefined for one that is: well-formed SVG of at most 64 KiB, with allowed elements and attributes
 * only, so that it runs nothing and loads nothing. Every icon is checked at its upload, and again before it becomes public.
 */
export function svgIconFault(svg: string): string | undefined {
  if (Buffer.byteLength(svg) > BYTES_MAX) return 'The icon is larger than 64 KiB';
  const parser = new SaxesParser({ xmlns: true });
  let depth = 0;
  const refuse = (reason: string): never => {
    throw new Error(reason);
  };
  parser.on('xmldecl', ({ encoding = 'utf-8' }) => {
    if (encoding.toLowerCase() !== 'utf-8') refuse('The encoding of the icon must be UTF-8');
  });
  parser.on('comment', (text) => {
    // HTML parsers end such a comment here and read what follows as markup.
    if (/^-?>/.test(text)) refuse('A comment in the icon must not start with > or ->');
  });
  parser.on('doctype', () => refuse('The icon must not have a DOCTYPE'));
  parser.on('processinginstruction', () => refuse('The icon must not have processing instructions'));
  parser.on('opentag', (tag) => {
    if (depth++ === 0 && tag.local !== 'svg') refuse('The root element of the icon must be <svg>');
    if (depth > DEPTH_MAX) refuse('The icon is nested too deeply');
    const fault = tagFault(tag);
    if (fault) refuse(fault);
  });
  parser.on('closetag', () => void depth--);
  try {
    parser.write(svg).close();
    return undefined;
  } catch (error) {
    return (error as Error).message.slice(0, 300);
  }
}

function tagFault({ name, local, uri, attributes }: SaxesTagNS): string | undefined {
  if (uri !== SVG || !ELEMENTS.has(local)) return `<${name}> is not allowed in an icon`;
  for (const { name, local, uri, value } of Object.values(attributes)) {
    if (uri === XMLNS) continue;
    const known =
      (uri === '' || (uri === XLINK && local === 'href') || (uri === XML && (local === 'space' || local === 'lang'))) &&
      ATTRIBUTES.has(local);
    if (!known && !/^(aria|data)-[a-z-]+$/.test(name)) return `The attribute ${name} is not allowed in an icon`;
    if (local === 'href' ? !/^#[\w.-]+$/.test(value) : UNSAFE_VALUE.test(value))
      return `The attribute ${name} must not refer outside the icon`;
  }
  return undefined;
}

import { createElement, useEffect, useState, type CSSProperties } from 'react';
import { svgImage } from './sanitize.js';
import { imageUrl } from './url.js';

type IconParts = readonly (readonly [string, Readonly<Record<string, string | number | undefined>>])[];
type IconSet = Readonly<Record<string, IconParts>>;

let loaded: IconSet | undefined;
let loading: Promise<IconSet> | undefined;

/** All icons are one file, which loads with the first icon. */
const loadIcons = (): Promise<IconSet> => (loading ??= import('./icon-set.js').then(({ icons }) => (loaded = icons as unknown as IconSet)));

function useIcons(needed: boolean): IconSet | undefined {
  const [icons, setIcons] = useState(loaded);
  useEffect(() => {
    let current = true;
    // Without its icons a page still works.
    if (needed && !icons)
      void loadIcons().then(
        (set) => current && setIcons(set),
        () => undefined,
      );
    return () => {
      current = false;
    };
  }, [needed, icons]);
  return icons;
}

const SIZES: Readonly<Record<string, number>> = { xs: 12, sm: 14, md: 16, lg: 20, xl: 24, '2xl': 32 };

/** Pixels of an icon, by number or by name. */
export function iconSize(value: unknown): number {
  const size = typeof value === 'string' ? (SIZES[value] ?? Number(value)) : value;
  return typeof size === 'number' && size > 0 ? Math.min(size, 256) : 16;
}

const pascal = (name: string): string => name.replace(/(?:^|[-_ ])(\w)/g, (_, letter: string) => letter.toUpperCase());
const isName = (name: string): boolean => /^[A-Za-z][\w -]{0,63}$/.test(name);

interface IconProps {
  /** Name of a Lucide icon, an emoji, the URL of an image, or the markup of an SVG. */
  name: string;
  size?: number;
  color?: string | undefined;
  /** Says what the icon means; without it the icon is decoration. */
  label?: string;
}

export function Icon({ name, size = 16, color, label }: IconProps) {
  const icons = useIcons(isName(name));
  if (!name) return null;
  const a11y = label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true as const };
  const style: CSSProperties = { width: size, height: size, fontSize: size, color };
  const image = name.startsWith('<svg') ? svgImage(name) : !isName(name) && /^(https?:|data:|\/)/.test(name) ? imageUrl(name) : undefined;
  if (image) return <img className="ui-icon" src={image} alt={label ?? ''} style={style} referrerPolicy="no-referrer" />;
  if (!isName(name)) {
    return (
      <span className="ui-icon" style={style} {...a11y}>
        {[...name].slice(0, 4).join('')}
      </span>
    );
  }
  const parts = icons && Object.hasOwn(icons, pascal(name)) ? icons[pascal(name)] : icons?.['Square'];
  return (
    <svg className="ui-icon" viewBox="0 0 24 24" style={style} {...a11y}>
      {parts?.map(([tag, attributes], index) => createElement(tag, { key: index, ...attributes }))}
    </svg>
  );
}

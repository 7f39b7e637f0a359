import { useState } from 'react';

const KEY = 'skep.theme';
export type Theme = 'light' | 'dark';

const stored = (): Theme | undefined => {
  const value = localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : undefined;
};

/** Applies the theme that the user chose; by default that of their system. */
export function applyTheme(theme = stored()): void {
  if (theme) document.documentElement.dataset.theme = theme;
}

/** The theme in use, and a function that chooses the other one. */
export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState<Theme>(stored() ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
  const change = () => {
    const other = theme === 'light' ? 'dark' : 'light';
    localStorage.setItem(KEY, other);
    applyTheme(other);
    setTheme(other);
  };
  return [theme, change];
}

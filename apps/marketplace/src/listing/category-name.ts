/** A readable name of a category: `developer-tools` is "Developer Tools". */
export const categoryName = (id: string): string =>
  id
    .split(/[-_\s]+/)
    .filter(Boolean)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');

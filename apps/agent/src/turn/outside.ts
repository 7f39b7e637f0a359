/** Text that others wrote, between marks that it cannot end itself. */
export const outside = (text: string): string => `<outside>\n${text.replace(/<(?=\s*\/?\s*(?:outside|summary)\b)/gi, '&lt;')}\n</outside>`;

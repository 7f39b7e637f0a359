/** In the morning, the afternoon, the evening, and at night, by language. */
const GREETINGS: Readonly<Record<string, readonly [string, string, string, string]>> = {
  en: ['Good morning', 'Good afternoon', 'Good evening', 'Hello'],
  ca: ['Bon dia', 'Bona tarda', 'Bona nit', 'Hola'],
  de: ['Guten Morgen', 'Guten Tag', 'Guten Abend', 'Hallo'],
  es: ['Buenos días', 'Buenas tardes', 'Buenas noches', 'Hola'],
  fr: ['Bonjour', 'Bonjour', 'Bonsoir', 'Bonsoir'],
  it: ['Buongiorno', 'Buon pomeriggio', 'Buonasera', 'Ciao'],
  nl: ['Goedemorgen', 'Goedemiddag', 'Goedenavond', 'Hallo'],
  pt: ['Bom dia', 'Boa tarde', 'Boa noite', 'Olá'],
};
const BEGINS_AT = [5, 12, 18, 23];

/**
 * What the coach says first.
 * @param locale BCP 47
 * @param hour from 0 to 23
 */
export function greetingOf({ display_name: name, locale }: { display_name: string; locale: string }, hour: number): string {
  const language = locale.split('-')[0]!.toLowerCase();
  const words = GREETINGS[Object.hasOwn(GREETINGS, language) ? language : 'en']!;
  // Before the morning it is still night.
  const greeting = words[BEGINS_AT.findLastIndex((begin) => hour >= begin)] ?? words[3];
  return name ? `${greeting}, ${name}` : greeting;
}

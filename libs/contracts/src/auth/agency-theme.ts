import { OneOf, Shape, Text } from '../fields.js';

const Colour = (description: string) => Text({ max: 7, pattern: /^#[0-9a-fA-F]{6}$/, description, example: '#1f4fd8' });

@Shape(
  'The appearance of an agency: each colour for light and for dark screens, as `#rrggbb`. What is left out is as in the default theme.',
)
export class AgencyTheme {
  @Colour('Page, on light screens.') background_light: string = '#ffffff';
  @Colour('Page, on dark screens.') background_dark: string = '#111318';
  @Colour('Text on the page, on light screens.') foreground_light: string = '#16181d';
  @Colour('Text on the page, on dark screens.') foreground_dark: string = '#f2f3f5';
  @Colour('Cards and panels, on light screens.') surface_light: string = '#f6f7f9';
  @Colour('Cards and panels, on dark screens.') surface_dark: string = '#1b1e25';
  @Colour('Text on cards and panels, on light screens.') surface_foreground_light: string = '#16181d';
  @Colour('Text on cards and panels, on dark screens.') surface_foreground_dark: string = '#f2f3f5';
  @Colour('Main buttons, on light screens.') primary_light: string = '#1f4fd8';
  @Colour('Main buttons, on dark screens.') primary_dark: string = '#8fb0ff';
  @Colour('Text on main buttons, on light screens.') primary_foreground_light: string = '#ffffff';
  @Colour('Text on main buttons, on dark screens.') primary_foreground_dark: string = '#0b1533';
  @Colour('Selected and highlighted parts, on light screens.') accent_light: string = '#e3eaff';
  @Colour('Selected and highlighted parts, on dark screens.') accent_dark: string = '#26304d';
  @Colour('Text on selected and highlighted parts, on light screens.') accent_foreground_light: string = '#15327f';
  @Colour('Text on selected and highlighted parts, on dark screens.') accent_foreground_dark: string = '#d5e0ff';
  @Colour('Parts in the background, on light screens.') muted_light: string = '#eceef2';
  @Colour('Parts in the background, on dark screens.') muted_dark: string = '#232730';
  @Colour('Text on parts in the background, on light screens.') muted_foreground_light: string = '#565c69';
  @Colour('Text on parts in the background, on dark screens.') muted_foreground_dark: string = '#a9b0bf';
  @Colour('Buttons that delete, on light screens.') danger_light: string = '#b3261e';
  @Colour('Buttons that delete, on dark screens.') danger_dark: string = '#ffb4ab';
  @Colour('Text on buttons that delete, on light screens.') danger_foreground_light: string = '#ffffff';
  @Colour('Text on buttons that delete, on dark screens.') danger_foreground_dark: string = '#4b0a06';
  @Colour('Lines, on light screens. They need no contrast.') border_light: string = '#d5d9e0';
  @Colour('Lines, on dark screens. They need no contrast.') border_dark: string = '#353a45';
  @OneOf(['compact', 'default', 'spacious'], { description: 'Space between parts.', example: 'compact' }) density: string = 'default';
  @OneOf(['sharp', 'default', 'rounded'], { description: 'Corners of parts.', example: 'rounded' }) radius: string = 'default';
}

/** Paths of 24 by 24 outlines. */
const PATHS = {
  home: 'M4 11.5 12 5l8 6.5V20a1 1 0 0 1-1 1h-4.5v-6h-5v6H5a1 1 0 0 1-1-1z',
  store: 'M4 9.5 5.5 4h13L20 9.5M4 9.5a2.7 2.7 0 0 0 5.3 0 2.7 2.7 0 0 0 5.4 0 2.7 2.7 0 0 0 5.3 0M5.5 12.5V20h13v-7.5',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  shield: 'M12 3.5 5 6v5.5c0 4.5 3 7.7 7 9 4-1.3 7-4.5 7-9V6zm-3 8.7 2.2 2.3 4-4.4',
  activity: 'M3.5 12H8l2.5-6.5 4 13L17 12h3.5',
  wallet: 'M4 7.5A1.5 1.5 0 0 1 5.5 6H18v3M4 7.5V18a1.5 1.5 0 0 0 1.5 1.5H20V9H5.5A1.5 1.5 0 0 1 4 7.5M16 14h.5',
  bolt: 'M13 3.5 5.5 13H11l-1 7.5L18 11h-6z',
  bell: 'M6.5 10a5.5 5.5 0 0 1 11 0c0 5 2 6 2 6h-15s2-1 2-6m3.7 9.5a2 2 0 0 0 3.6 0',
  key: 'M14.5 9.5a4 4 0 1 0-3.2 3.9l1.7 1.6h2v2h2v2h3v-2.6l-5.7-5.6c.1-.4.2-.9.2-1.3M9 8.5h.01',
  plug: 'M9 3.5v4m6-4v4M6.5 7.5h11v4a5.5 5.5 0 0 1-11 0zM12 17v3.5',
  terminal: 'm5 7 4.5 5L5 17m7 0h7',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8m-7.5 8.5a7.5 7.5 0 0 1 15 0',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'm6 6 12 12M18 6 6 18',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13m5-1.5L20 20',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8m0-13v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1m10.6 10.6 1.1 1.1m0-12.8-1.1 1.1M6.7 17.3l-1.1 1.1',
  moon: 'M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  chat: 'M4.5 5.5h15v10.5H11l-4.5 3.5V16h-2z',
  agent: 'M6 9.5h12V19H6zM12 9.5V6M12 6a1.2 1.2 0 1 0 0-2.4A1.2 1.2 0 0 0 12 6M9.5 13.5v1m5-1v1M3.5 12.5v3m17-3v3',
  memory: 'M6 4.5h11.5V20L12 16.5 6 20zM9 8.5h6M9 11.5h4',
  skill: 'M9.5 5.5a2 2 0 1 1 4 0V7H18v4.5h-1.5a2 2 0 1 0 0 4H18V20H5v-4.5h1.5a2 2 0 1 0 0-4H5V7h4.5z',
  channel: 'M4 10v4h3l6 4.5v-13L7 10zM16.5 9a4 4 0 0 1 0 6m2.5-8.5a8 8 0 0 1 0 11',
  device: 'M4 5.5h16v10H4zM9 19.5h6m-3-4v4',
  clock: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16m0-12.5V12l3 2',
  hook: 'M9 8.5a3.5 3.5 0 1 1 4.5 3.3L10.5 17m-4.4-3.9A3.5 3.5 0 1 0 9.5 18h6m-1-9.5 3 5.2a3.5 3.5 0 1 1-2 5.6',
  chip: 'M7.5 7.5h9v9h-9zM10 4v3.5M14 4v3.5M10 16.5V20m4-3.5V20M4 10h3.5M4 14h3.5m9-4H20m-3.5 4H20',
  chart: 'M4 20h16M6.5 16.5v-5m5 5v-10m5 10v-7',
  edit: 'M5 19h3.5L19 8.5 15.5 5 5 15.5zM13 7.5l3.5 3.5',
  again: 'M19 12a7 7 0 1 1-2-4.9L19 9m0-5v5h-5',
  trash: 'M4.5 7h15M9.5 7V4.5h5V7m-8 0 1 13h9l1-13M10.5 11v5m3-5v5',
  download: 'M12 4v10.5m-4-4 4 4 4-4M5 19h14',
  send: 'M12 19.5v-15M5.5 11 12 4.5l6.5 6.5',
  down: 'M12 4.5v15M5.5 13l6.5 6.5 6.5-6.5',
  stop: 'M7 7h10v10H7z',
  back: 'm15 6-6 6 6 6',
  star: 'm12 4 2.5 5.2 5.7.8-4.1 4 1 5.6-5.1-2.7-5.1 2.7 1-5.6-4.1-4 5.7-.8z',
  flag: 'M6 21V4m0 .5h11l-2 4 2 4H6',
  arrow: 'm9 6 6 6-6 6',
  code: 'm8.5 7-5 5 5 5m7-10 5 5-5 5',
  coins:
    'M9 11.5c3 0 5.5-1.3 5.5-3S12 5.5 9 5.5 3.5 6.8 3.5 8.5 6 11.5 9 11.5M3.5 8.5v4c0 1.7 2.5 3 5.5 3M9.5 15.5c0 1.7 2.5 3 5.5 3s5.5-1.3 5.5-3-2.5-3-5.5-3-5.5 1.3-5.5 3m0 0',
  queue: 'M4 6h10M4 12h10M4 18h6m7-9 3 3-3 3',
  pause: 'M9 6v12m6-12v12',
  verified:
    'M12 3.5l2.3 1.8 2.9-.1.8 2.8 2.4 1.6-1 2.7 1 2.7-2.4 1.6-.8 2.8-2.9-.1L12 21l-2.3-1.7-2.9.1-.8-2.8-2.4-1.6 1-2.7-1-2.7L6 8l.8-2.8 2.9.1zm-3 8.8 2.1 2.1 4-4.3',
} as const;

export type IconName = keyof typeof PATHS;

/** An outline beside a text that says the same: hidden from screen readers. */
export const Icon = ({ name, className = 'size-5' }: { name: IconName; className?: string }) => (
  <svg
    aria-hidden="true"
    viewBox="0 0 24 24"
    className={`shrink-0 ${className}`}
    fill="none"
    stroke="currentColor"
    strokeWidth="1.7"
    strokeLinecap="round"
    strokeLinejoin="round"
  >
    <path d={PATHS[name]} />
  </svg>
);

/** The beehive of Skep. */
export const Mark = ({ className = 'size-7' }: { className?: string }) => (
  <svg aria-hidden="true" viewBox="0 0 32 32" className={`shrink-0 ${className}`}>
    <path fill="#dc9a1a" d="M16 3c6 0 9 6 10 12 1 5 2 10 2 13H4c0-3 1-8 2-13C7 9 10 3 16 3z" />
    <path fill="none" stroke="#7a4f00" strokeWidth="2" d="M9 10h14M7 16h18M5 22h22" />
    <path fill="#3b2600" d="M16 22c2 0 3 2 3 6h-6c0-4 1-6 3-6z" />
  </svg>
);

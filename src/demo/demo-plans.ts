import type { TenantSeed } from '../config/tenant-seed.js';
import type { Scheduled } from '../schedule/scheduled.entity.js';

/** Days from today, at the shopping centre: from the first moment of one to the last second of the other. */
type Days = [first: number, last: number];

type Content = Partial<
  Pick<Scheduled, 'status' | 'description' | 'imageUrl' | 'linkUrl' | 'location' | 'tags' | 'translations'>
>;

interface Part extends Content {
  name: string;
  days: Days;
  /** The day from whose first moment the public sees it. */
  visibleFrom?: number;
}

/** A campaign with its events. */
export interface Plan extends Part {
  events?: Part[];
}

const BLACK_FRIDAY: Plan = {
  name: 'Black Friday',
  days: [-2, 4],
  description: 'Seven days, more than sixty shops.\nPrices are shown at the door of each shop.',
  imageUrl: 'https://images.riverside.example/black-friday.jpg',
  linkUrl: 'https://www.riverside.example/black-friday',
  location: 'All levels',
  tags: ['sale', 'fashion', 'electronics'],
  translations: {
    de: {
      name: 'Schwarzer Freitag',
      description: 'Sieben Tage, mehr als sechzig Läden.\nDie Preise stehen an der Tür jedes Ladens.',
      location: 'Alle Ebenen',
    },
    tr: { name: 'Kara Cuma', location: 'Tüm katlar' },
  },
  events: [
    {
      name: 'Early access: 20 % off',
      days: [-2, -1],
      description: 'For members of the loyalty club.',
      tags: ['sale', 'members'],
      translations: { de: { name: 'Früher rein: 20 % Rabatt', description: 'Für Mitglieder des Treueklubs.' } },
    },
    {
      name: 'Black Friday: 40 % off',
      days: [0, 1],
      description: 'On everything that bears a black dot.',
      imageUrl: 'https://images.riverside.example/black-dot.jpg',
      tags: ['sale'],
      translations: {
        de: { name: 'Schwarzer Freitag: 40 % Rabatt', description: 'Auf alles mit schwarzem Punkt.' },
      },
    },
    {
      name: 'Last chance: 60 % off',
      days: [2, 4],
      description: 'What is left goes.',
      location: 'Level 0, main square',
      tags: ['sale'],
      translations: { de: { name: 'Letzte Chance: 60 % Rabatt', location: 'Ebene 0, großer Platz' } },
    },
  ],
};

const WEBSITE_LAUNCH: Plan = {
  name: 'New Website Launch',
  days: [-1, 20],
  description: 'Order at home, collect at the north entrance.',
  imageUrl: 'https://images.sunset-plaza.example/website.jpg',
  linkUrl: 'https://www.sunset-plaza.example/',
  tags: ['online'],
  translations: {
    es: { name: 'Nuevo sitio web', description: 'Pida en casa, recoja en la entrada norte.' },
  },
  events: [
    { name: 'Sneak preview for members', days: [-1, 0], tags: ['online', 'members'] },
    {
      name: 'Launch day prize draw',
      days: [1, 1],
      location: 'North entrance',
      description: 'Three trips to the coast.',
      translations: { es: { name: 'Sorteo del estreno', location: 'Entrada norte' } },
    },
    { name: 'Free delivery on first orders', days: [2, 20], tags: ['online', 'delivery'] },
  ],
};

export const CENTRES: { tenant: TenantSeed; plans: Plan[] }[] = [
  {
    tenant: { id: 'riverside', name: 'Riverside Galleria', timeZone: 'Europe/Berlin', languages: ['en', 'de', 'tr'] },
    plans: [
      BLACK_FRIDAY,
      {
        name: 'Autumn Sale',
        days: [-60, -40],
        tags: ['sale', 'fashion'],
        events: [{ name: 'Coats and boots', days: [-60, -50], tags: ['fashion'] }],
      },
      {
        name: 'Winter Market',
        days: [10, 35],
        description: 'Forty stalls, a carousel, and music every evening at six.',
        imageUrl: 'https://images.riverside.example/winter-market.jpg',
        location: 'Level 0, main square',
        tags: ['family', 'food'],
        translations: {
          de: {
            name: 'Wintermarkt',
            description: 'Vierzig Stände, ein Karussell, und jeden Abend um sechs Musik.',
            location: 'Ebene 0, großer Platz',
          },
        },
        events: [
          {
            name: 'Opening with a choir',
            days: [10, 10],
            tags: ['family', 'music'],
            translations: { de: { name: 'Eröffnung mit Chor' } },
          },
          // Nobody is told before the time.
          { name: 'Father Christmas comes by boat', days: [16, 16], visibleFrom: 12, tags: ['family'] },
        ],
      },
      {
        name: 'Late-night Shopping',
        days: [-1, 6],
        description: 'Cancelled: the underground is closed this week. We are sorry.',
        status: 'cancelled',
        tags: ['fashion'],
        translations: { de: { name: 'Lange Nacht', description: 'Entfällt: diese Woche fährt keine U-Bahn.' } },
      },
      { name: 'Gift Card Week', days: [20, 27], visibleFrom: 15, tags: ['gifts'] },
      { name: 'Spring Fashion Days', days: [90, 97], status: 'draft', tags: ['fashion'] },
    ],
  },
  {
    tenant: {
      id: 'sunset-plaza',
      name: 'Sunset Plaza',
      timeZone: 'America/Los_Angeles',
      languages: ['en', 'es'],
    },
    plans: [
      WEBSITE_LAUNCH,
      {
        name: 'Summer Closing',
        days: [-90, -75],
        tags: ['sale'],
        events: [{ name: 'Everything must go', days: [-80, -75], tags: ['sale'] }],
      },
      {
        name: 'Holiday Parade',
        days: [14, 30],
        description: 'Floats, bands and hot chocolate along the palm walk.',
        imageUrl: 'https://images.sunset-plaza.example/parade.jpg',
        location: 'Palm walk',
        tags: ['family', 'music'],
        translations: { es: { name: 'Desfile de fiestas', location: 'Paseo de las palmas' } },
        events: [{ name: 'Tree lighting', days: [14, 14], tags: ['family'] }],
      },
      { name: 'Rooftop Cinema', days: [40, 60], status: 'draft', tags: ['evening'] },
    ],
  },
];

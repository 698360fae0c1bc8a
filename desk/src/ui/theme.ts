export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEPT = 'atrium.desk.theme';

export function themeNow(): Theme {
  try {
    const kept = localStorage.getItem(KEPT);
    return THEMES.find((theme) => theme === kept) ?? 'auto';
  } catch {
    return 'auto';
  }
}

/** Colours as the system has them, unless the person chose otherwise here. */
export function applyTheme(theme: Theme = themeNow()): void {
  document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(KEPT, theme);
  } catch {}
}

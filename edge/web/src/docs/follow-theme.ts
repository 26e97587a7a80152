/** Where the web client keeps which theme was chosen: light, dark or system. */
const THEME_STORED_AS = 'edge-ocr.theme';
/** Swagger UI is dark below an element of this class. */
const DARK_CLASS = 'dark-mode';

/** Shows the page light or dark as it was chosen in the web client, else as the system is, now and when that changes. */
export function followTheme(root: HTMLElement): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const show = () => {
    const chosen = localStorage.getItem(THEME_STORED_AS);
    root.classList.toggle(DARK_CLASS, chosen === 'dark' || (chosen !== 'light' && system.matches));
  };
  show();
  system.addEventListener('change', show);
  // Fired when another tab of the client changes it.
  addEventListener('storage', show);
}

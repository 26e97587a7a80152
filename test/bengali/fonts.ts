/** Where Bengali fonts of Debian are: in TEST_BENGALI_FONTS, or where apt puts them. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Font {
  /** As Pango knows it. */
  readonly family: string;
  readonly file: string;
}

/** Of fonts-lohit-beng-bengali, fonts-noto-core and fonts-beng-extra: a plain, a modern and a bookish one. */
const FONTS = [
  { family: 'Lohit Bengali', name: 'Lohit-Bengali.ttf' },
  { family: 'Noto Sans Bengali', name: 'NotoSansBengali-Regular.ttf' },
  { family: 'Mukti', name: 'Mukti.ttf' },
];

/** @returns null, with a line that says so, where one of them is missing. */
export function bengaliFonts(): Font[] | null {
  const folder = process.env.TEST_BENGALI_FONTS || '/usr/share/fonts/truetype';
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const found = FONTS.flatMap(({ family, name }) => {
    const file = files.find((path) => path === name || path.endsWith(`/${name}`));
    return file ? [{ family, file: join(folder, file) }] : [];
  });
  if (found.length === FONTS.length) return found;
  const missing = FONTS.filter(({ family }) => !found.some((font) => font.family === family)).map(({ name }) => name);
  console.info(
    `No Bengali set: ${missing.join(', ')} not in ${folder} (TEST_BENGALI_FONTS); apt has fonts-lohit-beng-bengali, fonts-noto-core and fonts-beng-extra`,
  );
  return null;
}

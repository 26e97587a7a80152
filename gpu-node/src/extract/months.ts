import { mayDecompose } from './characters.ts';
import { fold } from './fold.ts';

/** Month names by language, January first; a slash divides spellings. Short forms of three letters and more are found by themselves. */
const LANGUAGES = [
  'January February March April May June July August September/Sept October November December',
  'Januari Februari/Pebruari Mac/Maret April Mei Jun/Juni Julai/Juli Ogos/Agustus September Oktober November/Nopember Disember/Desember',
  'Januar/Jänner Februar/Feber März/Maerz/Mrz April Mai Juni Juli August September Oktober November Dezember',
  'Janvier Février/Fevr Mars Avril Mai Juin Juillet Août Septembre Octobre Novembre Décembre',
  'Januari Februari Maart/Mrt April Mei Juni Juli Augustus September Oktober November December',
  'Enero Febrero Marzo Abril Mayo Junio Julio Agosto Septiembre/Setiembre Octubre Noviembre Diciembre',
  'Gennaio Febbraio Marzo Aprile Maggio Giugno Luglio Agosto Settembre Ottobre Novembre Dicembre',
  'Janeiro Fevereiro Março Abril Maio Junho Julho Agosto Setembro Outubro Novembro Dezembro',
  'Januari Februari Mars/Marts April Maj/Mai Juni Juli Augusti/August September Oktober November December/Desember',
  'Stycznia Lutego Marca Kwietnia Maja Czerwca Lipca Sierpnia Września Października Listopada Grudnia',
  'জানুয়ারি/জানুয়ারী/জানুআরি ফেব্রুয়ারি/ফেব্রুয়ারী/ফেব্রুআরি মার্চ এপ্রিল মে জুন জুলাই আগস্ট/আগ/আগষ্ট/অগাস্ট/আগস্ত সেপ্টেম্বর/সেপ্টেম্বার অক্টোবর/অক্টোবার নভেম্বর/নভেম্বার ডিসেম্বর/ডিসেম্বার',
  'जनवरी/जन फरवरी/फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त/अग सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नव/नवम्बर दिसंबर/दिसम्बर',
];
/** Short forms that are words of their own as well: they name a month only beside a year of four digits. */
const ALSO_WORDS = new Set('MAC SET OUT GEN AGO MAG DIC ENE LIS LIP'.split(' '));
const SHORTEST = 3;

const NAMES = new Map<string, number>();
const AMBIGUOUS = new Set<string>();
for (const language of LANGUAGES) {
  language.split(' ').forEach((names, at) => {
    for (const name of names.split('/')) addName(keyOf(name), at + 1);
  });
}

/** The whole name and each of its beginnings, but for those that begin names of two months, as JUI does. */
function addName(name: string, month: number): void {
  for (let length = Math.min(SHORTEST, name.length); length <= name.length; length++) {
    const short = name.slice(0, length);
    const known = NAMES.get(short);
    if (known !== undefined && known !== month) AMBIGUOUS.add(short);
    else NAMES.set(short, month);
  }
}

/** Upper case, without the accents of Latin letters; Bengali vowels are kept. */
function keyOf(word: string): string {
  const upper = word.toUpperCase();
  if (!mayDecompose(upper)) return upper;
  return upper
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

/** How the names begin: most words are done with after one look. */
const BEGINNINGS = new Set([...NAMES.keys()].map((name) => fold(name.slice(0, 2))));

export interface MonthName {
  month: number;
  /** Whether the name means other things too. */
  doubtful: boolean;
}

const LONGEST = Math.max(...[...NAMES.keys()].map((name) => name.length));

/** The month that a whole word names, in any of the languages, written out or cut short. */
export function monthNamed(word: string): MonthName | undefined {
  if (word.length < 2 || word.length > LONGEST + 2 || !BEGINNINGS.has(fold(word.slice(0, 2)))) return undefined;
  const key = keyOf(word);
  const month = AMBIGUOUS.has(key) ? undefined : NAMES.get(key);
  return month === undefined ? undefined : { month, doubtful: ALSO_WORDS.has(key) };
}

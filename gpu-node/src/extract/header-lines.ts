import { Reading } from './row-readings.ts';

/**
 * What a line at the head of a receipt can be, told by its words alone. Recognisers drop spaces, so no rule needs a
 * word boundary where a squashed text can serve.
 */
export interface HeaderTraits {
  legal: boolean;
  trade: boolean;
  address: number;
  contact: boolean;
  title: boolean;
  registration: boolean;
  letters: number;
  digits: number;
}

const LEGAL =
  /[S5]DN\.? ?[B8]HD|\bS\/B\b|S\/B$|BERHAD|\bBHD\b|BHD\.?$|\bPTE\b|\bLTD\b|\bLIMITED\b|\bLLC\b|\bINC\b|\bCORP\b|\bGMBH\b|\bPLC\b|\bPVT\b|\bLLP\b|(?<!, )\bCO\.|\bCO\.$|SDN ?\.?\s?8HD|\bS[DO]N\b|\bSB$/i;
const TRADE =
  /RESTAURANT|RESTORAN|ENTERPRISE|TRADING|PERNIAGAAN|SYARIKAT|MINI ?MARK|MARKET|\bMART\b|HARDWARE|STATIONER|BOOK|KEDAI|FARMASI|PHARMACY|\bCAFE\b|KOPITIAM|BAKER|MOTOR|SHOP|STORE|BOUTIQUE|GALLERY|HOTEL|KITCHEN|FOOD|SEAFOOD|PIZZA|COFFEE|SPEEDMART|ELECTRIC|MACHINERY|INDUSTR|SUPPL|CLINIC|KLINIK|DENTAL|OPTIC|RETAIL|HOLDING|VENTURE|BROTHERS|& ?SONS|(?<!, )\bCO\b|CENTRE|CENTER|BAZAR|BAZAAR|TRADERS|PASARAYA|SUPERMARKET|RESOURCES|SERVICES|INTERNATIONAL|BISTRO|EATERY|AUTO|GIFT|DECO|CAKE|FURNI|RUNCIT|TEXTILE|PETRO|MARKETING|CASH ?& ?CARRY|COMPANY|MAKER|BOUTIQUE|STUDIO|SALON|TRADE|GROCER|BUTCHER|\bDINER\b|BREWER|FLORIST|LAUNDR|JEWEL|BUFFET|\bGRILL\b/i;
const PLACE =
  /\bJALAN|JALAN[ A-Z]|\bJLN|^JL\b|LORONG|\bLRG|PERSIARAN|\bTAMAN|\bTMN\b|\bLOT\b|^LOT|\bUNIT\b|\bJL\b|^\d(?:ST|ND|RD|TH) ?FL|^\(?[A-Z]{1,3}\d?-+\d+|^\d{1,4}[A-Z]?-\p{L}{2}|TAMAN|\bKM ?\d|L\/RAYA|LEBUHRAYA|\bSG\b|SUNGAI|\bBKT\b|BUKIT|\bBLOCK\b|\bBLK\b|\bLEVEL\b|\bFLOOR\b|\bFLR\b|\bSTREET\b|\bROAD\b|\bRD\b|\bLANE\b|\bDRIVE\b|\bSQUARE\b|\bCOURT\b|\bBOULEVARD\b|\bBLVD\b|\bHIGHWAY\b|\bHIGH ST\b|^\d+[A-Z]? [\p{L} ]+ ST\b|STRASSE\b|\bAVE(?:NUE)?\b|KAMPUNG|\bKG\b|BANDAR|SEKSYEN|SECTION|MUKIM|KAWASAN|PUSAT|WISMA|MENARA|PLAZA|DATARAN|LEBUH|BATU \d|\bPT\b ?\d|\bNO\.? ?\d|^NO[.,: ]+\d|^\d+[A-Z]?(?:-\d+)*[A-Z]?, ?\p{L}|\bPARK\b|COMPLEX|KOMPLEKS|HOUSE ?#|\bHOLDING ?NO|\bMALL\b|MEGAMALL|TOWER ?[A-Z\d]\b|\bTOWER\b|INDUSTRIAL|BANGUNAN/iu;
const REGION =
  /SELANGOR|JOHOR|KUALA ?LUMPUR|PENANG|PULAU ?PINANG|PERAK|MELAKA|MALACCA|SABAH|SARAWAK|KEDAH|KELANTAN|PAHANG|PERLIS|TERENGGANU|NEGERI ?SEMBILAN|PUTRAJAYA|LABUAN|MALAYSIA|SINGAPORE|DHAKA|CHITTAGONG|CHATTOGRAM|BANGLADESH|INDIA|DARUL|D\.? ?E\.?$|PETALING ?JAYA|SHAH ?ALAM|\bKLANG\b|ঢাকা|W\.? ?P\.? |, ?(?:PHILIPPINES|INDONESIA|THAILAND|VIETNAM|SRI LANKA|PAKISTAN|NEPAL|AUSTRALIA|NEW ZEALAND|IRELAND|CANADA|U\.?S\.?A|U\.?K)\W*$/i;
/** Five digits before a town or at the end of a line, or a British postcode. */
const POSTCODE =
  /\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\W*$|(?<![\d-])\d{5}(?!\d|-\d)[ ,.]*\p{L}{2}|(?<![\d-])\d{5}(?!\d|-\d)[,.]?$/u;
const CONTACT =
  /\bTEL\b|^\(?TEL|PHONE|\bFAX\b|\bH\/?P\b|^HP|HOTLINE|E-?MAIL|@\w+\.|WWW|HTTP|\.COM(?:\.MY)?$|CUSTOMER|CARELINE|FACEBOOK|WHATSAPP|(?:^|\D)\+?6?0\d[- ]?\d{3,4}[- ]?\d{4}/i;
const TITLES =
  /TAXINV|INVOICE|RECEIPT|CASHBIII|CASHSAIE|RESIT|WEICOME|THANK|DUPIICATE|COPY$|REPRINT|CASHIER|TABIE|SAIESPERSON|^DATE|^TIME|^SHOPPINGHOURS|^OPERATINGHOURS|BUSINESSHOUR|ORDER|^BIII|CREDITNOTE|^COUNTER|MEMBER|TERMINAI|SERVEDBY|DEIIVERY|QUEUE|^GUEST|^PAX|^STAFF|^USER|DESCRIPTION|^ITEM|^QTY|INVNO|^DOC|^TAKEAWAY|^DINEIN|^EATIN|^OUTIET$|^BRANCH$|SUMMARY|^POS|MONTO|SUNTO/;
const REGISTRATION =
  /GST ?(?:ID|NO|REG)|SST ?(?:ID|NO|REG)|GSTIN|\bROC\b|\bREG(?:ISTRATION)?\b|CO\.? ?(?:REG|NO)|COMPANY|\bID ?NO|VAT|\bBIN\b|\bNPWP\b|\bUID\b|\bSIRET\b|\bABN\b|\bUEN\b|SST ?:|\bNO\.? ?:? ?\(?\d{5,}-?[A-Z]\b/i;
const NUMBERED = /^\W*(?:[A-Z]{0,3}\d{5,}\W{0,2}[A-Z]{0,2}|\d{4,}-?[A-Z])\W*$/i;

/** @param reading Of the same text, where there is one already. */
export function traitsOf(text: string, reading = new Reading(text)): HeaderTraits {
  const { letters, digits, squashed } = reading;
  const timed = reading.dates().length > 0 || reading.times().length > 0;
  const registration = NUMBERED.test(text) || (REGISTRATION.test(text) && digits >= 4);
  const contact = CONTACT.test(text);
  const postcode = POSTCODE.test(text);
  const address =
    contact || registration ? 0 : Number(PLACE.test(text)) * 2 + Number(REGION.test(text)) + Number(postcode) * 2;
  const title = TITLES.test(squashed) || timed || reading.amounts().some((amount) => amount.cents);
  return { legal: LEGAL.test(text), trade: TRADE.test(text), address, contact, title, registration, letters, digits };
}

export function endsWithRegion(text: string): boolean {
  return REGION.test(text);
}

export function hasPostcode(text: string): boolean {
  return POSTCODE.test(text);
}

/** A company's name without its registration number: "ACME SDN BHD (123456-X)" gives "ACME SDN BHD". */
export function withoutRegistration(text: string): string {
  return text
    .replace(/^\W*(?:DI[MN][IL1][LI1][IL1]K[IL1](?: ?OLEH)?|OWNED ?BY|OPERATED ?BY|MANAGED ?BY)\s*:?\s*(?=\p{L})/iu, '')
    .replace(/\s*\(\d{4,}-?[A-Z]?\).*$/i, '')
    .replace(
      /[([{]?\s*(?:CO(?:MPANY)?\.?|ROC|REG(?:ISTRATION)?)[\s.:#]*(?:REG|NO|ROC)?[\s.:#]*(?:NO)?[\s.:#]*[A-Z]{0,3}\d{3,}[\w\s-]*[)\]}]?\W*$/i,
      '',
    )
    .replace(/\s*[([{]?\s*(?<![\p{L}\d])(?:[A-Z]{0,2}\d{5,}|\d{4,})\s?[-–.]?\s?[A-Z0-9]{0,2}\s*[)\]}]\W*$/iu, '')
    .replace(/\s*[([{]?\s*\d{5,}\s?-?\s?[A-Z]?\s*[)\]}]?\W*$/i, '')
    .replace(/[\s,:;(-]+$/, '')
    .trim();
}

/** A company's name without the address behind its legal form: "ACME LTD, 14 HIGH STREET" gives "ACME LTD". */
export function withoutStreet(text: string): string {
  return /^[^,]{3,60}(?<![\p{L}\d])(?:LTD|LIMITED|BHD|PLC|INC|LLC|GMBH)\.?(?=, ?[^,]*\d)/iu.exec(text)?.[0] ?? text;
}

/** Whether nothing of a name is left once legal forms and trade words are taken out: such a line joins the one above. */
export function isGenericName(text: string): boolean {
  const rest = withoutRegistration(text)
    .toUpperCase()
    .replace(/\([^)]*\)/g, '')
    .replace(/SDN|BHD|BERHAD|S\/B|LTD|LIMITED|PTE|PVT|INC|CO\b|GMBH|PLC|LLC/g, '')
    .replace(
      /RESTAURANTS?|RESTORAN|ENTERPRISES?|TRADING|HARDWARE|STATIONERY|MINIMARKET|SUPERMARKET|MART|STORES?|SHOP|CAFE|INDUSTRIES|MARKETING|RETAIL|GROUP|MALAYSIA|SERVICES?|SUPPLY|SUPPLIES|HOLDINGS?|INTERNATIONAL|CENTRE|FOODS?/g,
      '',
    )
    .replace(/[^\p{L}]/gu, '');
  return rest.length < 3;
}

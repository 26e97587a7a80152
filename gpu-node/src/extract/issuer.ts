import { findCompany } from './company.ts';
import { type CompanyName, legalNames, nameKey } from './company-name.ts';
import { domainNames } from './domains.ts';
import { fold } from './fold.ts';
import type { Found } from './found.ts';
import { traitsOf } from './header-lines.ts';
import { type Cell, labelSet, nearLabels, type Sheet } from './label-values.ts';
import { medianHeight, type PlacedLine, type Row } from './layout.ts';
import { datesIn, readingOf } from './row-readings.ts';

export interface Issuer {
  issuer: Found | undefined;
  /** Who sold through the issuer's market place, where that is somebody else. */
  seller: Found | undefined;
}

/** What speaks for a name; each kind counts once. */
type Evidence = 'legal' | 'label' | 'market' | 'title' | 'header' | 'domain' | 'company';

interface Candidate {
  key: string;
  /** Strongest evidence by kind. */
  evidence: Map<Evidence, number>;
  /** Printed forms, those without a legal form apart. */
  legal: Map<string, number>;
  plain: Map<string, number>;
  line: PlacedLine;
  mentions: number;
}

const SELLER_LABELS = labelSet([
  '(?:SOLD ?BY|SELLER(?: NAME)?|VENDOR(?: NAME)?|SUPPLIER(?: NAME)?|ISSUED ?BY|SERVICE PROVIDER|PROVIDED BY|BILL(?:ED)? FROM|FROM ?:|VERKAUFER|VERKAUFT (?:VON|DURCH)|RECHNUNGSSTELLER|LEVERANCIER|VERKOCHT DOOR|VERKOPER|FOURNISSEUR|VENDEUR|VENDU PAR|EMETTEUR|PROVEEDOR|VENDEDOR|VENDIDO POR|EMISOR|FORNITORE|VENDITORE|VENDUTO DA|FORNECEDOR|EMITENTE|SPRZEDAWCA)(?![A-Z])',
  4,
]);
/** Who is paid is mostly, not always, who made out the invoice. */
const PAYEE_LABELS = labelSet([
  '(?:PAYMENT RECEIVED BY|(?:CHE(?:QUE|CK)S? )?PAYABLE TO|IN FAVOU?R OF|ACCOUNT (?:NAME|HOLDER)|BENEFICIARY(?: NAME)?|KONTOINHABER|TEN NAME VAN|T\\.N\\.V\\.?|TITULAIRE|BENEFICIAIRE|BENEFICIARIO|INTESTATO A|THANK YOU FOR (?:CHOOSING|SHOPPING (?:AT|WITH))|(?:RECEIPT|INVOICE) FROM)(?![A-Z])',
  3,
]);
const MARKET_LABELS = labelSet([
  '(?:ORDERED (?:THROUGH|VIA|ON)|(?:PURCHASED|BOOKED) (?:THROUGH|VIA|ON)|BESTELLT (?:UBER|BEI)|BESTELD (?:VIA|BIJ)|COMMANDE (?:SUR|VIA)|PEDIDO (?:EN|A TRAVES DE))(?![A-Z])',
  7,
]);
const DOCUMENTS = new Set('INVOICE RECHNUNG FACTUUR FACTURE FACTURA FATTURA FATURA RECEIPT STATEMENT BILL'.split(' '));
const TITLE = new RegExp(`^(?:YOUR )?(.{2,45}?) (?:TAX )?(?:${[...DOCUMENTS].join('|')})$`);
const NOT_ISSUER =
  /(?<![A-Z])(?:TAX|RETAIL|SALES?|COMMERCIAL|PRO ?FORMA|VAT|GST|ORIGINAL|DUPLICATE|COPY|CUSTOMER|GUEST|PAYMENT|ORDER|THIS|THE|DATE|NUMBER|NO|PAGE|SEITE|PAGINA|TOTAL|AMOUNT|DUE|DETAILS?|SUMMARY|DESCRIPTION|CHECK|ADDRESS|PHONE|TERMS?|QTY|PRICE|ACCOUNT|BANK|INVOICES?|RECEIPT|RECHNUNG|FACTU\w*|FATTURA|FATURA|BILL|STATEMENT|SUBSCRIPTION|KUNDE\w*|KLANT\w*|DATUM|CREDIT NOTE|PAID|WELCOME|THANK|DELIVERY|SHIP\w*|ROOMS?|UNIT|ITEM|PERIOD|REFERENCE|QUANTITY|ZAHL\w*|BETREFF|ATTN|MR|MRS|HERR|FRAU|HONG KONG|INDIA|GERMANY|DEUTSCHLAND|NEDERLAND|FRANCE|ESPANA|ITALIA|UNITED STATES|UNITED KINGDOM|USA)(?![A-Z])/;
const MAX_CANDIDATES = 60;
/** Names whose mentions are counted: those that have most to be said for them. */
const MAX_COUNTED = 12;
/** Names with a legal form that are read; terms of business may be full of them. */
const MAX_LEGAL = 100;
const MAX_DOMAINS = 6;
const HEADER_SHARE = 0.25;
/** What a legal form near the top is worth. */
const LETTERHEAD_LEGAL = 3.5;
const SURE_SCORE = 12;
const LEAST_SCORE = 1.5;

/**
 * Who made out the invoice. Names compete: by legal form, label, title, size and place, by how often they are mentioned
 * and whether web and mail addresses are theirs; what stands in the customer's block is out. The legal form is part of the
 * name where the letterhead shows it, not where only the small print does.
 */
export function findIssuer(rows: readonly Row[], sheet: Sheet, buyer: ReadonlySet<number>): Issuer {
  const cells = sheet.flat().filter(({ line }) => !buyer.has(line.index));
  const pool = new Map<string, Candidate>();
  const add = ({ name, key }: CompanyName, kind: Evidence, weight: number, cell: { line: PlacedLine }) => {
    if (key.length < 2 || (!pool.has(key) && pool.size >= MAX_CANDIDATES)) return;
    const own = pool.get(key) ?? newCandidate(key, cell.line);
    pool.set(key, own);
    own.evidence.set(kind, Math.max(own.evidence.get(kind) ?? 0, weight));
    const forms = nameKey(name) === name.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '') ? own.plain : own.legal;
    forms.set(name, (forms.get(name) ?? 0) + 1);
  };
  addLabelled(sheet, buyer, add);
  addPrinted(rows, cells, add);
  addDomains(cells, pool, add);
  countMentions(cells, pool);
  const candidates = [...pool.values()].map((own) => ({ own, score: scoreOf(own) }));
  const best = candidates.reduce<(typeof candidates)[0] | undefined>(
    (a, b) => (a && a.score >= b.score ? a : b),
    undefined,
  );
  if (!best || best.score < LEAST_SCORE) return { issuer: undefined, seller: undefined };
  const seller = candidates
    .filter(({ own }) => own !== best.own && (own.evidence.get('label') ?? 0) >= 4)
    .sort((a, b) => b.score - a.score)[0];
  return {
    issuer: toFound(best.own, best.score),
    seller: best.own.evidence.has('market') && seller ? toFound(seller.own, seller.score) : undefined,
  };
}

type Add = (name: CompanyName, kind: Evidence, weight: number, cell: { line: PlacedLine }) => void;

function newCandidate(key: string, line: PlacedLine): Candidate {
  return { key, evidence: new Map(), legal: new Map(), plain: new Map(), line, mentions: 0 };
}

function addLabelled(sheet: Sheet, buyer: ReadonlySet<number>, add: Add): void {
  const kinds = [
    ['label', SELLER_LABELS],
    ['label', PAYEE_LABELS],
    ['market', MARKET_LABELS],
  ] as const;
  for (const [kind, labels] of kinds) {
    const { weight } = labels.labels[0]!;
    for (const { value, cell, score } of nearLabels(sheet, labels, namesAt)) {
      if (!buyer.has(cell.line.index) && score >= weight) add(value, kind, weight, cell);
    }
  }
}

/** The name that follows an offset: up to its legal form, a web address without its ending, or a few words. */
function namesAt({ line: { text }, folded }: Cell, from: number) {
  const rest = text.slice(from).replace(/^[\s:.–-]+/, '');
  const [legal] = legalNames(rest);
  const [site] = /^[\w-]+\.(?:com|net|org|co|in|de|nl|fr|es|it|pt|eu|uk)\b/i.exec(rest) ?? [];
  const name = legal?.name ?? (site ? site.slice(0, site.indexOf('.')) : rest.split(/[,;:|(]| - /)[0]!.trim());
  const key = nameKey(name);
  const words = name.split(/\s+/).length;
  const fits =
    key.length >= 2 &&
    /[A-Z]{2}/.test(key) &&
    words <= 7 &&
    name.length <= 60 &&
    (legal !== undefined || isNameLike(name, folded));
  return fits ? [{ value: { name, key }, start: text.length - rest.length, end: text.length }] : [];
}

function isNameLike(name: string, folded: string): boolean {
  if (/^[\p{Ll}(*]/u.test(name) || domainNames(folded).length > 2) return false;
  const letters = name.match(/\p{L}/gu)?.length ?? 0;
  return letters > (name.match(/\d/g)?.length ?? 0) && !NOT_ISSUER.test(fold(name));
}

function addPrinted(rows: readonly Row[], cells: readonly Cell[], add: Add): void {
  const first = cells.filter(({ line }) => line.page === 0);
  const height = medianHeight(first.map(({ line }) => line));
  const [top, bottom] = [
    Math.min(...first.map(({ line }) => line.top)),
    Math.max(...first.map(({ line }) => line.bottom)),
  ];
  const depth = ({ line }: Cell) => (line.page > 0 ? 1 : (line.top - top) / Math.max(1, bottom - top));
  let read = 0;
  for (const cell of cells) {
    const worded = readingOf(cell.line).letters >= 2;
    const legal = worded && read < MAX_LEGAL ? legalNames(cell.line.text, cell.folded) : [];
    read += legal.length;
    for (const name of legal) add(name, 'legal', depth(cell) < HEADER_SHARE ? LETTERHEAD_LEGAL : 3, cell);
    const title = DOCUMENTS.has(cell.folded.slice(cell.folded.lastIndexOf(' ') + 1)) ? TITLE.exec(cell.folded) : null;
    if (title && !NOT_ISSUER.test(title[1]!)) {
      const start = cell.folded.indexOf(title[1]!);
      const name = cell.line.text.slice(start, start + title[1]!.length);
      add({ name, key: nameKey(name) }, 'title', 4, cell);
    }
    const weight = headerWeight(cell, depth(cell), height);
    if (weight <= 0) continue;
    if (legal.length > 0) add(legal[0]!, 'header', weight, cell);
    else if (!title) add({ name: trimmed(cell.line.text), key: nameKey(cell.line.text) }, 'header', weight, cell);
  }
  const company = findCompany(rows)?.found;
  const at = cells.find(({ line }) => line.index === company?.lines[0]);
  if (company && at && !NOT_ISSUER.test(at.folded)) {
    const [legal] = legalNames(company.value);
    add(legal ?? { name: company.value, key: nameKey(company.value) }, 'company', 1.5 * company.confidence, at);
  }
}

/** A short line near the top that is no label, address, number or sentence; the larger the better. */
function headerWeight({ line, folded }: Cell, depth: number, height: number): number {
  if (depth > HEADER_SHARE || line.page > 0 || line.text.length > 45 || /:/.test(folded)) return 0;
  const words = line.text.split(/\s+/).length;
  if (words > 6 || NOT_ISSUER.test(folded) || (words > 3 && /\.$/.test(folded))) return 0;
  const traits = traitsOf(line.text, readingOf(line));
  if (traits.address > 0 || traits.contact || traits.title || traits.registration) return 0;
  if (traits.letters < 2 || traits.digits >= traits.letters || datesIn(line).length > 0) return 0;
  const size = Math.max(-0.5, Math.min(2.5, 2 * (line.height / height - 1)));
  return 1.5 + size - 2 * depth - (/\d/.test(folded) ? 0.7 : 0);
}

function trimmed(text: string): string {
  const bare = text.replace(/[\s,;."'™®-]+$/, '').replace(/^[\s"'-]+/, '');
  // "Supply Co." and "K.K." end with their point.
  return /(?:(?<![A-Z])(?:CO|BROS|CIE)|\.[A-Z])$/i.test(bare) && text.includes(`${bare}.`) ? `${bare}.` : bare;
}

function addDomains(cells: readonly Cell[], pool: ReadonlyMap<string, Candidate>, add: Add): void {
  const domains = new Map<string, Cell>();
  for (const cell of cells) {
    if (domains.size >= MAX_DOMAINS) break;
    for (const name of domainNames(cell.folded)) if (!domains.has(name)) domains.set(name, cell);
  }
  for (const [domain, cell] of [...domains].slice(0, MAX_DOMAINS)) {
    let owned = false;
    for (const { key, line } of [...pool.values()]) {
      const weight = key === domain ? 5 : key.length >= 3 && (domain.startsWith(key) || key.startsWith(domain)) ? 4 : 0;
      if (weight === 0) continue;
      owned = true;
      add({ name: '', key }, 'domain', weight, { line });
    }
    if (!owned) add({ name: capitalised(domain), key: domain }, 'domain', 2, cell);
  }
}

function capitalised(domain: string): string {
  return domain[0] + domain.slice(1).toLowerCase();
}

/** A mention of "Amazon Web Services" is none of "Amazon". */
function countMentions(cells: readonly Cell[], pool: ReadonlyMap<string, Candidate>): void {
  const keys = [...pool.values()]
    .filter(({ key }) => key.length >= 3)
    .sort((a, b) => scoreOf(b) - scoreOf(a))
    .slice(0, MAX_COUNTED)
    .map(({ key }) => key)
    .sort((a, b) => b.length - a.length);
  if (keys.length === 0) return;
  for (const { line, folded } of cells) {
    if (readingOf(line).letters < 2) continue;
    const text = folded.replace(/[^A-Z0-9]/g, '');
    const taken: string[] = [];
    for (const key of keys) {
      if (!text.includes(key) || taken.some((longer) => longer.includes(key))) continue;
      taken.push(key);
      pool.get(key)!.mentions++;
    }
  }
}

function scoreOf({ evidence, mentions }: Candidate): number {
  let score = Math.min(4, Math.max(0, mentions - 1)) * 0.8;
  for (const weight of evidence.values()) score += weight;
  return score;
}

function toFound({ legal, plain, evidence, line }: Candidate, score: number): Found {
  plain.delete('');
  legal.delete('');
  const prominent = evidence.has('title') || evidence.has('header') || evidence.has('market') || evidence.has('label');
  const inLetterhead = (evidence.get('legal') ?? 0) >= LETTERHEAD_LEGAL;
  const forms = (plain.size > 0 && prominent && !inLetterhead) || legal.size === 0 ? plain : legal;
  const [value = ''] = [...forms].sort((a, b) => b[1] - a[1])[0] ?? [];
  return { value, confidence: line.confidence * (0.5 + 0.45 * Math.min(1, score / SURE_SCORE)), lines: [line.index] };
}

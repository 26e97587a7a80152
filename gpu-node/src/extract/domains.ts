const ADDRESS = /(?<![A-Z0-9.-])(?:HTTPS?:\/\/)?((?:[A-Z0-9-]{1,40}\.){1,4}[A-Z]{2,10})(?![A-Z0-9])/g;
/** Second levels under which a country registers names. */
const SHARED = new Set(['CO', 'COM', 'NET', 'ORG', 'AC', 'GOV', 'EDU']);
const ENDINGS = /^(?:COM|NET|ORG|EU|IO|CO|BIZ|INFO|SHOP|STORE|APP|DEV|AI|ME|TV|CLOUD|ONLINE|TECH|AGENCY|[A-Z]{2})$/;
/** Hosts of other people's mail, payments and pages. */
const HOSTS = new Set(
  'GMAIL GOOGLEMAIL YAHOO HOTMAIL OUTLOOK LIVE ICLOUD AOL GMX WEB MSN PROTONMAIL MAIL YANDEX FACEBOOK TWITTER INSTAGRAM LINKEDIN YOUTUBE PAYPAL STRIPE TRUSTPILOT WHATSAPP'.split(
    ' ',
  ),
);

/** The names that web and mail addresses of a folded text are registered under: "AWS.AMAZON.COM" gives "AMAZON". */
export function domainNames(folded: string): string[] {
  if (!folded.includes('.')) return [];
  return [...folded.matchAll(ADDRESS)].flatMap(([, host]) => {
    const labels = host!.split('.');
    if (!ENDINGS.test(labels.at(-1)!)) return [];
    const name = labels.at(labels.length > 2 && SHARED.has(labels.at(-2)!) ? -3 : -2)!.replace(/-/g, '');
    const known =
      folded.includes('@') ||
      folded.includes('WWW') ||
      folded.includes('HTTP') ||
      labels.at(-1)!.length > 2 ||
      folded.includes('/');
    return name.length >= 3 && known && !HOSTS.has(name) && !/^\d+$/.test(name) ? [name] : [];
  });
}

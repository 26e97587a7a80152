import { describe, expect, it } from 'vitest';
import { extractFields } from './extract-fields.ts';
import { sampleLines } from './sample-lines.ts';

const extract = (...rows: string[]) => extractFields('invoice', sampleLines(rows), []);
const read = (...rows: string[]) => extract(...rows).structured;

describe('invoices of several countries', () => {
  it('reads a German one', () => {
    expect(
      read(
        '#Nordlicht Technik GmbH',
        'Hafenweg 3, 20457 Hamburg',
        'Kunde',
        'Beispiel Handels AG',
        'Rechnungs-Nr.: RE-2023-0815|Rechnungsdatum: 04.11.2023',
        'Kundennummer: 44120',
        'Zwischensumme|1.000,00 €',
        'MwSt. 19%|190,00 €',
        'Rechnungsbetrag|1.190,00 €',
        'Zahlbar innerhalb von 14 Tagen ohne Abzug',
        'USt-IdNr.: DE 232 446 240|IBAN DE89 3704 0044 0532 0130 00|BIC COBADEFFXXX',
      ),
    ).toMatchObject({
      issuer: 'Nordlicht Technik GmbH',
      invoice_number: 'RE-2023-0815',
      customer_number: '44120',
      date: '2023-11-04',
      due_date: '2023-11-18',
      subtotal: 1000,
      total: 1190,
      currency: 'EUR',
      tax_id: 'DE232446240',
      iban: 'DE89370400440532013000',
      bic: 'COBADEFFXXX',
    });
  });

  it('reads a Dutch one', () => {
    expect(
      read(
        'FACTUUR',
        'Grachtengordel Fietsen B.V.',
        'BTW NL810433941B01',
        'Factuurnummer: 2021.0042',
        'Factuurdatum: 19-04-2021|Vervaldatum: 03-05-2021',
        'Totaal excl. BTW|€ 100,00',
        'BTW 21%|€ 21,00',
        'Te betalen|€ 121,00',
      ),
    ).toMatchObject({
      issuer: 'Grachtengordel Fietsen B.V.',
      invoice_number: '2021.0042',
      date: '2021-04-19',
      due_date: '2021-05-03',
      total: 121,
      tax_id: 'NL810433941B01',
    });
  });

  it('reads a French one', () => {
    expect(
      read(
        '#Lumière Télécom',
        'Facture n° 562044387 du 02/07/2015',
        "Date d'échéance : 17/07/2015",
        'Total HT|24,99 €',
        'TVA 20%|5,00 €',
        'Total TTC|29,99 €',
        'Lumière Télécom SAS - 8 rue de la Gare 75008 Paris - N° TVA : FR 40 303265045',
      ),
    ).toMatchObject({
      issuer: 'Lumière Télécom',
      invoice_number: '562044387',
      date: '2015-07-02',
      due_date: '2015-07-17',
      total: 29.99,
      tax_id: 'FR40303265045',
    });
  });

  it('reads Spanish, Italian and Portuguese ones', () => {
    expect(
      read('Olivar del Sur S.L.', 'NIF: B58378431', 'Factura Nº: A/2020-17|Fecha: 15/03/2020', 'Total a pagar|60,50 €'),
    ).toMatchObject({
      issuer: 'Olivar del Sur S.L.',
      invoice_number: 'A/2020-17',
      date: '2020-03-15',
      total: 60.5,
      tax_id: 'ESB58378431',
    });
    expect(
      read(
        'Vetreria Lagunare S.r.l.',
        'P.IVA 00743110157',
        'Fattura n. 118/2019',
        'Data: 28/02/2019',
        'Totale fattura|122,00 €',
      ),
    ).toMatchObject({
      issuer: 'Vetreria Lagunare S.r.l.',
      invoice_number: '118/2019',
      date: '2019-02-28',
      total: 122,
      tax_id: 'IT00743110157',
    });
    expect(
      read(
        'Cortiça Nova Lda',
        'Contribuinte: 501964843',
        'Fatura n.º FT 2022/318',
        'Data de emissão: 09/05/2022',
        'Total a pagar|24,60 €',
      ),
    ).toMatchObject({ invoice_number: 'FT 2022/318', date: '2022-05-09', total: 24.6, tax_id: 'PT501964843' });
  });

  it('reads an Indian one and tells seller from buyer', () => {
    expect(
      read(
        'Tax Invoice',
        'Sold By: Marigold Retail Private Limited',
        'GSTIN: 06AABCO6063D1ZQ',
        'Bill To',
        'Kestrel Traders',
        'GSTIN: 27AAPFU0939F1ZV',
        'Invoice No: MR/22-23/0099|Order ID: OD1122334455',
        'Invoice Date: 21-08-2022|Order Date: 19-08-2022',
        'Grand Total|Rs. 1,180.00',
      ),
    ).toMatchObject({
      issuer: 'Marigold Retail Private Limited',
      invoice_number: 'MR/22-23/0099',
      order_number: 'OD1122334455',
      date: '2022-08-21',
      total: 1180,
      tax_id: '06AABCO6063D1ZQ',
      tax_ids: [
        { kind: 'gstin', value: '06AABCO6063D1ZQ', country: 'IN', party: 'seller', check: 'passed' },
        { kind: 'gstin', value: '27AAPFU0939F1ZV', country: 'IN', party: 'buyer', check: 'passed' },
      ],
    });
  });

  it('reads an American one, its terms and its purchase order', () => {
    const { structured, fields } = extract(
      '#Cumulus Hosting',
      'INVOICE',
      'Invoice # 10042|PO Number: 77-A',
      'Date: 03/25/2021|Terms: Net 30',
      'Amount Due|$35.00',
      'Cumulus Hosting LLC, 1 Main Street, www.cumulushosting.com',
    );
    expect(structured).toMatchObject({
      issuer: 'Cumulus Hosting',
      invoice_number: '10042',
      purchase_order: '77-A',
      date: '2021-03-25',
      due_date: '2021-04-24',
      payment_terms: 'Net 30',
      total: 35,
    });
    expect(fields.due_date).toMatchObject({ mended: true });
  });
});

describe('places of labels and values', () => {
  it('reads a heading row with its values below', () => {
    expect(read('Invoice Number|Date of issue|Customer', 'INV-7781|12/31/2020|Kestrel Traders')).toMatchObject({
      invoice_number: 'INV-7781',
      date: '2020-12-31',
    });
  });

  it('reads a heading row that was read as one line', () => {
    const lines = sampleLines(['Invoice No     Due Date    Order No', 'A-10078        2020-02-01  55120']);
    expect(extractFields('invoice', lines, []).structured).toMatchObject({
      invoice_number: 'A-10078',
      due_date: '2020-02-01',
      order_number: '55120',
    });
  });

  it('prefers the label that says more to the one that comes first', () => {
    expect(
      read('Reference: 4711', 'Order No: 900001', 'Booking ID: XK42', 'Invoice Number: 2020-55').invoice_number,
    ).toBe('2020-55');
    expect(read('Booking ID', 'IBZY2087').invoice_number).toBe('IBZY2087');
  });

  it('takes no date of delivery, period or order for the day of issue', () => {
    expect(
      read(
        'Order Date: 01/02/2020',
        'Period 01.01.2020 - 31.01.2020',
        'Delivery Date: 05.02.2020',
        'Invoice Date: 10.02.2020',
      ).date,
    ).toBe('2020-02-10');
  });

  it('keeps the total of the last page and the number of the first', () => {
    const first = sampleLines(['Acme Tools Ltd', 'Invoice No: 5512', 'Hammer|£10.00']);
    const last = sampleLines(['Invoice No: 5512', 'Saw|£20.00', 'Total due|£30.00']).map((line) => ({
      ...line,
      page: 1,
    }));
    const { structured, fields } = extractFields('invoice', [...first, ...last], []);
    expect(structured).toMatchObject({ issuer: 'Acme Tools Ltd', invoice_number: '5512', total: 30 });
    expect(fields.total!.line).toBeGreaterThanOrEqual(first.length);
  });
});

describe('issuer', () => {
  it('is the name of the letterhead, not of the small print', () => {
    expect(read('#Aurora Cloud Invoice', 'Total|$4.11', 'All services are sold by Aurora Cloud, Inc.').issuer).toBe(
      'Aurora Cloud',
    );
    expect(read('Aurora Cloud, Inc.', '1 Main Street', 'INVOICE', 'Total|$4.11').issuer).toBe('Aurora Cloud, Inc.');
  });

  it('is never the customer', () => {
    expect(
      read(
        'INVOICE',
        'Bill To:',
        'Kestrel Traders Limited',
        '5 Dock Road',
        'Total|$9.00',
        'Payable to: Finch & Daughters LLC',
      ).issuer,
    ).toBe('Finch & Daughters LLC');
  });

  it('tells the market place from the seller', () => {
    expect(
      read(
        'Sold By : Lotus Retail Pvt. Ltd.',
        'Grand Total|319.00',
        'Ordered Through :',
        'Bazario.com',
        'Help: www.bazario.com/support',
      ),
    ).toMatchObject({ issuer: 'Bazario', seller: 'Lotus Retail Pvt. Ltd.' });
  });
});

describe('check digits', () => {
  it('ask for review where they fail, and show the number', () => {
    const { structured, fields, checks, warnings } = extract('VAT No: NL810433942B01', 'IBAN: NL50 INGB 0683 2513 08');
    expect(structured).toMatchObject({ tax_id: 'NL810433942B01', iban: 'NL50INGB0683251308' });
    expect(fields.iban).toMatchObject({ check: 'failed' });
    expect(checks.map(({ name, passed }) => [name, passed])).toEqual([
      ['vat_check_digits', false],
      ['iban_check_digits', false],
    ]);
    expect(warnings).toHaveLength(2);
  });

  it('mend a letter among digits where they then hold', () => {
    const { structured, fields } = extract('IBAN DE89 37O4 0044 O532 0130 00', 'GSTIN 06AABCO6O63D1ZQ');
    expect(structured).toMatchObject({ iban: 'DE89370400440532013000', tax_id: '06AABCO6063D1ZQ' });
    expect(fields.iban).toMatchObject({ mended: true, check: 'passed' });
  });
});

import type { Paper } from './paper-lines.ts';

/** Invoices of several countries and trades, all of them invented. */
export const INVOICES: Paper[] = [
  {
    name: 'software from America, amount due',
    page: `
#Cinderblock                                   Invoice
Cinderblock, Inc.                              Invoice number  CB-20931
548 Market Street                              Date of issue   March 3, 2024
San Francisco, CA 94104                        Date due        April 2, 2024

Bill to
Kestrel Traders
5 Dock Road

$98.00 due April 2, 2024

Description            Qty    Unit price    Amount
Team plan (Mar 2024)     7        $14.00    $98.00
                              Subtotal      $98.00
                              Total         $98.00
                              Amount due    $98.00`,
    truth: {
      issuer: 'Cinderblock, Inc.',
      invoice_number: 'CB-20931',
      date: '2024-03-03',
      due_date: '2024-04-02',
      subtotal: 98,
      total: 98,
      currency: 'USD',
    },
  },
  {
    name: 'tax added to a net amount',
    page: `
#Brightwater Design Ltd
14 Quay Street, Bristol BS1 4DJ
INVOICE
Invoice No: 1047            Invoice Date: 12/06/2023
Website refresh                          200.00
                         Net amount      £200.00
                         VAT 20%          £40.00
                         Total           £240.00`,
    truth: {
      issuer: 'Brightwater Design Ltd',
      invoice_number: '1047',
      date: '2023-06-12',
      subtotal: 200,
      tax: 40,
      total: 240,
      currency: 'GBP',
    },
  },
  {
    name: 'a balance after a part was paid',
    page: `
#Larkspur Events LLC                         INVOICE
900 Elm Avenue, Denver, CO 80203             Invoice #: 2210
                                             Issue date: 05/09/2023
Catering, 40 guests                        $1,200.00
Table linen                                  $150.00
                     Subtotal              $1,350.00
                     Sales tax 8%            $108.00
                     Total                 $1,458.00
                     Deposit paid           -$458.00
                     Balance due           $1,000.00`,
    truth: {
      issuer: 'Larkspur Events LLC',
      invoice_number: '2210',
      date: '2023-05-09',
      subtotal: 1350,
      tax: 108,
      total: 1458,
      currency: 'USD',
    },
  },
  {
    name: 'hosting from Germany',
    page: `
#Serverhafen GmbH
Serverhafen GmbH · Kaiweg 7 · 24103 Kiel
Kestrel Handels GmbH
Am Markt 3                                Rechnungsnummer:  R-558120
10115 Berlin                              Rechnungsdatum:   01.02.2024
                                          Kundennummer:     K-3391
Rechnung
Pos  Leistung               Menge   Einzelpreis    Betrag
1    Server M, Februar          1        39,00 €   39,00 €
2    Zusätzliche IPv4           2         2,50 €    5,00 €
                           Summe netto             44,00 €
                           19% USt.                 8,36 €
                           Gesamtbetrag            52,36 €
Der Betrag wird am 15.02.2024 abgebucht.`,
    truth: {
      issuer: 'Serverhafen GmbH',
      invoice_number: 'R-558120',
      date: '2024-02-01',
      customer_number: 'K-3391',
      subtotal: 44,
      tax: 8.36,
      total: 52.36,
      currency: 'EUR',
    },
  },
  {
    name: 'reverse charge within Europe',
    page: `
#Palisade Analytics B.V.
Singel 101, 1012 VG Amsterdam
VAT NL810433941B01
INVOICE                      Invoice number: 2023-0087
                             Invoice date: 30 September 2023
To: Nordlicht Technik GmbH
VAT: DE232446240
Consulting, 10 hours                  € 1.500,00
Total excl. VAT                       € 1.500,00
VAT 0% reverse charge                 €     0,00
Total                                 € 1.500,00`,
    truth: {
      issuer: 'Palisade Analytics B.V.',
      invoice_number: '2023-0087',
      date: '2023-09-30',
      total: 1500,
      currency: 'EUR',
    },
  },
  {
    name: 'a Dutch telephone bill',
    page: `
#Polder Mobiel
Factuur
Factuurnummer 88120045             Klantnummer 5501234
Factuurdatum  14 december 2023
Te betalen voor 28 december 2023
Abonnement                            € 20,66
Buiten bundel                          € 1,65
Totaal exclusief btw                  € 22,31
Btw 21%                                € 4,69
Totaal te betalen                     € 27,00
Polder Mobiel B.V. - KvK 12345678`,
    truth: {
      issuer: 'Polder Mobiel',
      invoice_number: '88120045',
      date: '2023-12-14',
      due_date: '2023-12-28',
      subtotal: 22.31,
      tax: 4.69,
      total: 27,
      currency: 'EUR',
    },
  },
  {
    name: 'a French one with TVA',
    page: `
#ATELIER VERNIER SARL
12 avenue Foch, 35000 Rennes
FACTURE N° F2023-118
Date : 08/11/2023
Client : Boutique Lavande
Désignation          Qté   PU HT    Total HT
Affiches A2           50    3,20      160,00
Livraison              1   15,00       15,00
                  Total HT           175,00 €
                  TVA 20 %            35,00 €
                  Total TTC          210,00 €
Date d'échéance : 08/12/2023`,
    truth: {
      issuer: 'ATELIER VERNIER SARL',
      invoice_number: 'F2023-118',
      date: '2023-11-08',
      due_date: '2023-12-08',
      subtotal: 175,
      tax: 35,
      total: 210,
      currency: 'EUR',
    },
  },
  {
    name: 'a Spanish factura',
    page: `
#Estudio Almendro S.L.
C/ Serrano 40, 28001 Madrid     CIF B58378431
FACTURA
Número de factura: 2024/031     Fecha de emisión: 15/02/2024
Concepto                           Importe
Diseño de catálogo                 600,00 €
Base imponible                     600,00 €
IVA 21%                            126,00 €
Total factura                      726,00 €
Vencimiento: 16/03/2024`,
    truth: {
      issuer: 'Estudio Almendro S.L.',
      invoice_number: '2024/031',
      date: '2024-02-15',
      due_date: '2024-03-16',
      subtotal: 600,
      tax: 126,
      total: 726,
      currency: 'EUR',
    },
  },
  {
    name: 'an Italian fattura',
    page: `
#Officine Bellini S.r.l.
Via Emilia 120, 41121 Modena
P.IVA 00743110157
FATTURA N. 45/2023          DATA 20/04/2023
Spett.le
Kestrel Trading Ltd
Riparazione compressore                350,00
Ricambi                                 90,00
Totale imponibile                      440,00
IVA 22%                                 96,80
Totale fattura                     EUR 536,80`,
    truth: {
      issuer: 'Officine Bellini S.r.l.',
      invoice_number: '45/2023',
      date: '2023-04-20',
      subtotal: 440,
      tax: 96.8,
      total: 536.8,
      currency: 'EUR',
    },
  },
  {
    name: 'an Indian GST invoice',
    page: `
                 TAX INVOICE
#Marigold Fabrics Private Limited
GSTIN: 06AABCO6063D1ZQ
Plot 8, Sector 34, Gurugram
Invoice No.: MF/23-24/0451       Dated: 11-Dec-2023
Buyer
Kestrel Traders
GSTIN: 27AAPFU0939F1ZV
Sl  Description        HSN     Qty   Rate      Amount
1   Cotton Fabric      5208     20   150.00    3,000.00
2   Buttons            9606    100     2.50      250.00
Taxable Value                                  3,250.00
IGST 18%                                         585.00
Grand Total                                 ₹ 3,835.00`,
    truth: {
      issuer: 'Marigold Fabrics Private Limited',
      invoice_number: 'MF/23-24/0451',
      date: '2023-12-11',
      subtotal: 3250,
      tax: 585,
      total: 3835,
      currency: 'INR',
    },
  },
  {
    name: 'an Australian tax invoice',
    page: `
#Banksia Plumbing Pty Ltd
ABN 51 824 753 556
Tax Invoice
Invoice number INV-0093
Issue date 21 Jan 2024
Due date 4 Feb 2024
Replace mixer tap                 180.00
Call-out fee                       90.00
Subtotal                         $270.00
GST 10%                           $27.00
Amount due AUD                   $297.00`,
    truth: {
      issuer: 'Banksia Plumbing Pty Ltd',
      invoice_number: 'INV-0093',
      date: '2024-01-21',
      due_date: '2024-02-04',
      subtotal: 270,
      tax: 27,
      total: 297,
      currency: 'AUD',
    },
  },
  {
    name: 'a discount between subtotal and tax',
    page: `
#Sextant Software Ltd
INVOICE
Invoice ID: SX-77120
Issued on: 2023-10-01
Pro licence x 5                  £500.00
Discount (10%)                   -£50.00
Subtotal                         £450.00
VAT (20%)                         £90.00
Total                            £540.00
Amount paid                      £540.00
Balance due                        £0.00`,
    truth: {
      issuer: 'Sextant Software Ltd',
      invoice_number: 'SX-77120',
      date: '2023-10-01',
      subtotal: 450,
      tax: 90,
      total: 540,
      currency: 'GBP',
    },
  },
  {
    name: 'service charges that are the goods',
    page: `
#Nimbus Web Services Invoice
Invoice Number: 33018842
Invoice Date: August 3, 2022
TOTAL AMOUNT DUE ON August 3, 2022        $6.18
Summary
Nimbus Service Charges                    $6.18
Charges                                   $6.18
Credits                                   $0.00
Tax                                       $0.00
Total for this invoice                    $6.18`,
    truth: {
      issuer: 'Nimbus Web Services',
      invoice_number: '33018842',
      date: '2022-08-03',
      total: 6.18,
      currency: 'USD',
    },
  },
  {
    name: 'an electricity bill',
    page: `
#Fellside Energy
Your electricity bill
Bill date: 4 March 2023            Account number: 8500 1234 5678
Bill number: 100298123
Billing period 1 Feb 2023 - 28 Feb 2023
Energy used 310 kWh at 28.40p          £88.04
Standing charge 28 days at 45.00p      £12.60
Total before VAT                      £100.64
VAT at 5%                               £5.03
Total amount due                      £105.67
Please pay by 25 March 2023
Fellside Energy Limited, www.fellsideenergy.co.uk`,
    truth: {
      issuer: 'Fellside Energy',
      invoice_number: '100298123',
      date: '2023-03-04',
      due_date: '2023-03-25',
      subtotal: 100.64,
      tax: 5.03,
      total: 105.67,
      currency: 'GBP',
    },
  },
  {
    name: 'a Portuguese fatura',
    page: `
#Cortiça Nova Lda
Rua das Flores 77, Porto
Contribuinte: 501964843
Fatura FT 2023/512
Data: 2023-07-19
Rolha natural 1000 un            120,00
Total ilíquido                   120,00 €
IVA 23%                           27,60 €
Total a pagar                    147,60 €`,
    truth: { issuer: 'Cortiça Nova Lda', date: '2023-07-19', tax: 27.6, total: 147.6, currency: 'EUR' },
  },
  {
    name: 'a Swedish faktura',
    page: `
#Norrsken Bygg AB
FAKTURA
Fakturanummer  10422
Fakturadatum   2024-01-15
Förfallodatum  2024-02-14
Snickeriarbete 12 tim             7 200,00
Material                          1 300,00
Summa exkl. moms                  8 500,00
Moms 25%                          2 125,00
Att betala                   SEK 10 625,00`,
    truth: {
      issuer: 'Norrsken Bygg AB',
      invoice_number: '10422',
      date: '2024-01-15',
      due_date: '2024-02-14',
      subtotal: 8500,
      tax: 2125,
      total: 10625,
      currency: 'SEK',
    },
  },
  {
    // Its number, 17/05/2023, reads like a date and is not found.
    name: 'a Polish faktura',
    page: `
#Zakład Meblowy Dąbrowa Sp. z o.o.
ul. Leśna 4, 30-001 Kraków
FAKTURA VAT NR 17/05/2023
Data wystawienia: 2023-05-22
Termin płatności: 2023-06-05
Stół dębowy        1 szt.        1 800,00
Razem netto                      1 800,00
VAT 23%                            414,00
Do zapłaty                   2 214,00 PLN`,
    truth: {
      issuer: 'Zakład Meblowy Dąbrowa Sp. z o.o.',
      date: '2023-05-22',
      tax: 414,
      total: 2214,
      currency: 'PLN',
    },
  },
  {
    name: 'a Singapore one, two columns above',
    page: `
#Merlion Print Pte Ltd                      TAX INVOICE
21 Ubi Road, Singapore 408600               Invoice No    MP-4471
GST Reg No. 201912345K                      Date          17/08/2023
                                            Due Date      16/09/2023
Bill To                     Ship To
Kestrel Traders             Kestrel Traders
5 Dock Road                 9 Pier Lane
Item               Qty     Price      Amount
Business cards     500      0.12       60.00
Flyers A5         1000      0.08       80.00
                        Sub-Total     140.00
                        GST 8%         11.20
                        Total     SGD 151.20`,
    truth: {
      issuer: 'Merlion Print Pte Ltd',
      invoice_number: 'MP-4471',
      date: '2023-08-17',
      due_date: '2023-09-16',
      subtotal: 140,
      tax: 11.2,
      total: 151.2,
      currency: 'SGD',
    },
  },
  {
    name: 'freight that is added',
    page: `
#Ironbark Supply Co.
1180 Railroad Ave, Tucson, AZ 85701
INVOICE
Invoice No. 66120        Invoice Date 11/20/2023
P.O. No. 4500012
Bolts M8 box        10     24.50     245.00
Washers box          4      8.75      35.00
                    Subtotal         280.00
                    Shipping          18.50
                    Sales Tax         19.60
                    Total           $318.10`,
    truth: {
      issuer: 'Ironbark Supply Co.',
      invoice_number: '66120',
      purchase_order: '4500012',
      date: '2023-11-20',
      subtotal: 280,
      tax: 19.6,
      total: 318.1,
      currency: 'USD',
    },
  },
  {
    name: 'a credit for a return among the items',
    page: `
#Quillfeather Stationers Ltd
Invoice no: Q-9005
Date: 02 May 2023
Description            Qty     Amount
Ledger books             4      48.00
Fountain ink             6      27.00
Returned: desk pad      -1     -15.00
Subtotal                        60.00
VAT 20%                         12.00
Total                          £72.00`,
    truth: {
      issuer: 'Quillfeather Stationers Ltd',
      invoice_number: 'Q-9005',
      date: '2023-05-02',
      subtotal: 60,
      tax: 12,
      total: 72,
      currency: 'GBP',
    },
  },
  {
    name: 'a Swiss one with apostrophes',
    page: `
#Gletscher Informatik AG
Dorfstrasse 5, 7270 Davos
Rechnung Nr. 2023-3301
Datum 31.08.2023
Beratung August            12'500.00
Spesen                        340.00
Total exkl. MWST           12'840.00
MWST 7.7%                     988.70
Total CHF                  13'828.70
Zahlbar innert 30 Tagen`,
    truth: {
      issuer: 'Gletscher Informatik AG',
      invoice_number: '2023-3301',
      date: '2023-08-31',
      subtotal: 12840,
      tax: 988.7,
      total: 13828.7,
      currency: 'CHF',
    },
  },
  {
    name: 'a hotel in India',
    page: `
#Hotel Neem Garden
Civil Lines, Jaipur 302006
Tax Invoice
Bill No: HNG-2207      Bill Date: 18/02/2023
Guest Name: A. Kestrel
Check In: 16/02/2023   Check Out: 18/02/2023
Room Charges 2 nights           5,000.00
CGST @ 6%                         300.00
SGST @ 6%                         300.00
Total Amount                Rs. 5,600.00`,
    truth: {
      issuer: 'Hotel Neem Garden',
      invoice_number: 'HNG-2207',
      date: '2023-02-18',
      tax: 600,
      total: 5600,
      currency: 'INR',
    },
  },
  {
    name: 'a Japanese one in English',
    page: `
#Hinode Trading K.K.
1-2-3 Shibuya, Tokyo 150-0001, Japan
INVOICE
Invoice No: HT-2023-118
Invoice Date: 2023/10/31
Ceramic bowls     40    ¥1,200    ¥48,000
Chopstick sets    25      ¥600    ¥15,000
Subtotal                          ¥63,000
Consumption Tax 10%                ¥6,300
Total                             ¥69,300`,
    truth: {
      issuer: 'Hinode Trading K.K.',
      invoice_number: 'HT-2023-118',
      date: '2023-10-31',
      subtotal: 63000,
      tax: 6300,
      total: 69300,
      currency: 'JPY',
    },
  },
  {
    name: 'a letter with the sender in a line',
    page: `
Tischlerei Ahorn e.K. · Waldweg 2 · 83022 Rosenheim
Frau
Julia Beispiel
Seestraße 9
83209 Prien
                                        Rosenheim, den 19.10.2023
Rechnung 2023-144
Sehr geehrte Frau Beispiel,
für unsere Arbeiten berechnen wir Ihnen:
Einbauregal Eiche                       1.400,00 €
Montage                                   260,00 €
Nettobetrag                             1.660,00 €
zzgl. 19 % MwSt.                          315,40 €
Rechnungsbetrag                         1.975,40 €
Bitte zahlen Sie bis zum 02.11.2023.`,
    truth: {
      issuer: 'Tischlerei Ahorn e.K.',
      invoice_number: '2023-144',
      date: '2023-10-19',
      subtotal: 1660,
      tax: 315.4,
      total: 1975.4,
      currency: 'EUR',
    },
  },
  {
    name: 'labels in a row above their values',
    page: `
#Osprey Couriers Inc.
Invoice Number      Invoice Date      Due Date       Terms
OC-11873            07/31/2023        08/30/2023     Net 30

Deliveries July                              $412.00
Fuel surcharge                                $20.60
Invoice total                                $432.60`,
    truth: {
      issuer: 'Osprey Couriers Inc.',
      invoice_number: 'OC-11873',
      date: '2023-07-31',
      due_date: '2023-08-30',
      total: 432.6,
      currency: 'USD',
    },
  },
  {
    name: 'an American photographer without a tax',
    page: `
Rowan Ellery Photography
22 Birch Lane, Portland ME 04101

INVOICE #0093                      July 8, 2023

BILL TO: Kestrel Traders

Portrait session             $350.00
Prints (8x10) x 4             $80.00

TOTAL DUE                    $430.00
Make all checks payable to Rowan Ellery Photography
Due within 15 days`,
    truth: {
      issuer: 'Rowan Ellery Photography',
      invoice_number: '0093',
      date: '2023-07-08',
      total: 430,
      currency: 'USD',
    },
  },
  {
    name: 'software from Finland, net total and tax',
    page: `
#Plume Mail                            Invoice
Plume Mail Oy                          Invoice no.    PM-2024-0042
Mannerheimintie 12                     Date           2024-01-31
00100 Helsinki, Finland                Due            2024-02-14
VAT ID FI20774740

Billed to
Kestrel Traders
Business plan, 12 seats   12 x €9.00      €108.00
Net total                                 €108.00
VAT 24%                                    €25.92
Amount due                                €133.92`,
    truth: {
      issuer: 'Plume Mail Oy',
      invoice_number: 'PM-2024-0042',
      date: '2024-01-31',
      due_date: '2024-02-14',
      subtotal: 108,
      tax: 25.92,
      total: 133.92,
      currency: 'EUR',
    },
  },
  {
    name: 'a British bill with a balance brought forward',
    page: `
#Beacon Broadband
Bill date 1 June 2023
Account number 700123456
Bill number BB-99812
Previous balance              £32.00
Payment received - thank you -£32.00
Monthly charges               £26.67
VAT 20%                        £5.33
Total to pay                  £32.00
We will take payment on 15 June 2023
Beacon Broadband Ltd. Registered in England`,
    truth: {
      issuer: 'Beacon Broadband',
      invoice_number: 'BB-99812',
      date: '2023-06-01',
      tax: 5.33,
      total: 32,
      currency: 'GBP',
    },
  },
  {
    name: 'a German trade with labels above their numbers',
    page: `
#Elektro Sommer e.K.
Inh. Karl Sommer
Ringstraße 40 - 99084 Erfurt
Rechnung
Rechnungs-Nr.     Kunden-Nr.     Datum
20240117          10233          17.01.2024
Arbeitszeit 3 Std.             165,00
Material                        48,20
Nettosumme                     213,20
+ 19% MwSt                      40,51
Bruttosumme                    253,71 EUR`,
    truth: {
      issuer: 'Elektro Sommer e.K.',
      invoice_number: '20240117',
      customer_number: '10233',
      date: '2024-01-17',
      subtotal: 213.2,
      tax: 40.51,
      total: 253.71,
      currency: 'EUR',
    },
  },
  {
    name: 'a supplier in Bangladesh',
    page: `
#Meghna Packaging Ltd.
Plot 12, Tejgaon I/A, Dhaka 1208
BIN: 000123456-0203
INVOICE
Invoice No: MP/2023/1180     Date: 19/10/2023
Carton 3-ply    1000    18.50    18,500.00
Tape             50     45.00     2,250.00
Sub Total                       20,750.00
VAT 15%                          3,112.50
Grand Total (BDT)               23,862.50`,
    truth: {
      issuer: 'Meghna Packaging Ltd.',
      invoice_number: 'MP/2023/1180',
      date: '2023-10-19',
      subtotal: 20750,
      tax: 3112.5,
      total: 23862.5,
      currency: 'BDT',
    },
  },
];

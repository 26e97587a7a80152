import type { Paper } from './paper-lines.ts';

/** Receipts of several countries, all of them invented. */
export const RECEIPTS: Paper[] = [
  {
    name: 'an American diner with a tip',
    page: `
          #BLUE HERON DINER
        418 Maple Street
      Springfield, OR 97477
         (541) 555-0142

Server: Dana          Table 12
Check #4471           Guests 2
06/14/2023  7:42 PM

1 Cheeseburger             12.50
1 Garden Salad              9.25
2 Iced Tea                  6.00

Subtotal                   27.75
Sales Tax                   2.36
Tip                         5.00
Total                     $35.11
VISA XXXX1234             $35.11
Thank you, come again!`,
    truth: {
      company: 'BLUE HERON DINER',
      date: '2023-06-14',
      subtotal: 27.75,
      tax: 2.36,
      total: 35.11,
      currency: 'USD',
    },
  },
  {
    name: 'an American grocery with savings',
    page: `
        #PRAIRIE FRESH MARKET
   2200 W Lincoln Ave, Lincoln, NE 68522
          402-555-0177
GROCERY
ORGANIC MILK GAL          5.99 F
SOURDOUGH LOAF            4.49 F
PAPER TOWELS 6CT          8.99 T
 MEMBER SAVINGS          -1.50
BANANAS
  2.31 lb @ 0.59/lb       1.36 F
SUBTOTAL                 19.33
TAX                       0.54
**** BALANCE             19.87
CASH                     20.00
CHANGE                    0.13
TOTAL SAVINGS             1.50
03/22/24 10:15am 12 05 778`,
    truth: { company: 'PRAIRIE FRESH MARKET', date: '2024-03-22', subtotal: 19.33, tax: 0.54, total: 19.87 },
  },
  {
    name: 'a British supermarket',
    page: `
          #HARROW & VALE
   Supermarkets Ltd, 14 Castle Road
         Bedford MK40 3US
       VAT NO. 123 4567 89
SEMI SKIMMED MILK 2L      £1.65
WHOLEMEAL BREAD           £1.20
CHEDDAR 400G              £3.50
MULTIBUY SAVING          -£0.70
TOTAL TO PAY              £5.65
VISA DEBIT                £5.65
CHANGE DUE                £0.00
17/02/24  18:03  STORE 0412`,
    truth: { company: 'HARROW & VALE Supermarkets Ltd', date: '2024-02-17', total: 5.65, currency: 'GBP' },
  },
  {
    name: 'a British pub with its tax inside',
    page: `
        #THE OLD WEIR
      3 Bridge Street, Bath
      Tel 01225 555 019
  Table 7        Covers 3
  12 Aug 2022    20:41
2 Pale Ale               11.00
1 Fish & Chips           15.95
1 Sticky Toffee Pudding   6.50
Service Charge 10%        3.35
Total                   £36.80
VAT @ 20% included        5.58
Net                      31.22`,
    truth: { company: 'THE OLD WEIR', date: '2022-08-12', service_charge: 3.35, total: 36.8, currency: 'GBP' },
  },
  {
    name: 'a German till with a table of taxes',
    page: `
        #Kaufmarkt Lindner
       Bahnhofstr. 12
      04109 Leipzig
      Tel. 0341 5550123
                          EUR
Vollmilch 3,5%           1,19 A
Roggenbrot               2,79 A
Spülmittel               1,95 B
Pfand                    0,25 B
-------------------------------
SUMME          EUR       6,18
Geg. BAR       EUR      10,00
Rückgeld BAR   EUR       3,82

Steuer %   Netto   Steuer  Brutto
A= 7,0%    3,72    0,26    3,98
B= 19,0%   1,85    0,35    2,20
Gesamtbetrag 5,57   0,61    6,18
Datum 05.09.2023   14:27:33 Uhr`,
    truth: {
      company: 'Kaufmarkt Lindner',
      date: '2023-09-05',
      total: 6.18,
      tax: 0.61,
      currency: 'EUR',
      cash: 10,
      change: 3.82,
    },
  },
  {
    name: 'a German restaurant',
    page: `
     #Gasthaus Zum Rehbock
     Marktplatz 4, 72070 Tübingen
     St.-Nr. 86/123/45678
Rechnung Nr. 2481      Tisch 9
2 x Maultaschen   9,80    19,60
1 x Apfelschorle           3,40
1 x Radler                 4,10
Zwischensumme             27,10
Trinkgeld                  2,90
Total EUR                 30,00
inkl. 19% MwSt.            4,33
12.03.2022 19:05`,
    truth: { company: 'Gasthaus Zum Rehbock', date: '2022-03-12', total: 30, currency: 'EUR' },
  },
  {
    name: 'a French ticket with TVA',
    page: `
       #BOULANGERIE MOREL
       8 rue des Lilas
        69003 LYON
   SIRET 123 456 789 00012
2 BAGUETTE TRADITION      2,60
1 TARTE CITRON            3,90
1 CAFE                    1,80
TOTAL TTC                 8,30 €
CARTE BANCAIRE            8,30 €
TAUX     HT     TVA     TTC
5,50%   7,87    0,43    8,30
Le 28/11/2023 a 08:12`,
    truth: { company: 'BOULANGERIE MOREL', date: '2023-11-28', total: 8.3, tax: 0.43, currency: 'EUR' },
  },
  {
    name: 'a Dutch bon',
    page: `
         #Bakkerij De Korenaar
          Dorpsstraat 21
         3581 AB Utrecht
BON 00412      KASSA 2
Volkoren brood          € 2,95
Appeltaart punt       2 x 3,25  € 6,50
SUBTOTAAL               € 9,45
TOTAAL                  € 9,45
PIN                     € 9,45
BTW 9%    over  8,67    € 0,78
19-04-2024  11:32`,
    truth: { company: 'Bakkerij De Korenaar', date: '2024-04-19', total: 9.45, tax: 0.78, currency: 'EUR' },
  },
  {
    name: 'a Spanish factura simplificada',
    page: `
        #BAR EL OLIVAR
     C/ Mayor 15, 28013 Madrid
     NIF B12345674
FACTURA SIMPLIFICADA T-00231
Fecha: 07/10/2023   Hora: 14:05
2 Menú del día     12,50   25,00
1 Agua mineral      1,80    1,80
BASE IMPONIBLE             24,36
IVA 10%                     2,44
TOTAL                      26,80 €
EFECTIVO                   30,00
CAMBIO                      3,20`,
    truth: { company: 'BAR EL OLIVAR', date: '2023-10-07', subtotal: 24.36, tax: 2.44, total: 26.8, currency: 'EUR' },
  },
  {
    name: 'an Italian scontrino',
    page: `
       #ALIMENTARI ROSSETTI
       Via Garibaldi 33
       40124 BOLOGNA (BO)
       P.IVA 00743110157
    DOCUMENTO COMMERCIALE
   di vendita o prestazione
DESCRIZIONE     IVA    PREZZO(€)
PANE CASARECCIO  4%       2,80
PROSCIUTTO       10%      6,40
TOTALE COMPLESSIVO        9,20
di cui IVA                0,69
Pagamento contante       10,00
Resto                     0,80
21-05-2023 12:44
DOCUMENTO N. 0412-0031`,
    truth: { company: 'ALIMENTARI ROSSETTI', date: '2023-05-21', total: 9.2, tax: 0.69, currency: 'EUR' },
  },
  {
    name: 'an Indian restaurant with CGST and SGST',
    page: `
       #SPICE COURTYARD
   14 Brigade Road, Bengaluru 560001
     GSTIN: 29AAPFU0939F1ZR
Bill No: 1182     Table: 6
Date: 15-Jan-2024   Time: 20:31
Item            Qty   Rate   Amount
Paneer Tikka     1  280.00   280.00
Butter Naan      4   45.00   180.00
Dal Makhani      1  240.00   240.00
Sub Total                    700.00
CGST 2.5%                     17.50
SGST 2.5%                     17.50
Grand Total              Rs. 735.00`,
    truth: { company: 'SPICE COURTYARD', date: '2024-01-15', subtotal: 700, tax: 35, total: 735, currency: 'INR' },
  },
  {
    name: 'an Indian shop that rounds off',
    page: `
       #SRI LAKSHMI STORES
   22 Anna Salai, Chennai 600002
Cash Bill     No 4410
Dt: 02/03/2023
Particulars      Qty    Amount
TOOR DAL 1KG      2     298.00
SUNFLOWER OIL 1L  1     154.50
SOAP 125G         3     105.00
Total                   557.50
Less Discount            10.00
Round Off                 0.50
Net Amount              548.00
Cash                    550.00`,
    truth: { company: 'SRI LAKSHMI STORES', date: '2023-03-02', discount: 10, total: 548, currency: 'INR' },
  },
  {
    name: 'a bill from Bangladesh in Bengali',
    page: `
       #মায়ের দোয়া স্টোর
    মিরপুর রোড, ঢাকা ১২০৭
তারিখ: ১২/০৫/২০২৩
চাল ৫ কেজি          ৳৩৫০.০০
ডাল ২ কেজি          ৳২৪০.০০
তেল ১ লিটার         ৳১৮৫.০০
উপমোট               ৳৭৭৫.০০
ছাড়                 ৳২৫.০০
সর্বমোট              ৳৭৫০.০০
নগদ                 ৳১০০০.০০
ফেরত                ৳২৫০.০০`,
    truth: { date: '2023-05-12', subtotal: 775, discount: 25, total: 750, currency: 'BDT' },
  },
  {
    name: 'a restaurant in Dhaka',
    page: `
      #Padma River Kitchen
   House 12, Road 5, Dhanmondi, Dhaka
     BIN: 001234567-0101
Invoice: 8842   Date: 11/09/2022 09:12 PM
Kacchi Biryani   2   420.00   840.00
Borhani          2    80.00   160.00
Sub Total                   1,000.00
Service Charge (5%)            50.00
VAT (5%)                       52.50
Net Payable              Tk 1,102.50`,
    truth: {
      company: 'Padma River Kitchen',
      date: '2022-09-11',
      subtotal: 1000,
      service_charge: 50,
      tax: 52.5,
      total: 1102.5,
      currency: 'BDT',
    },
  },
  {
    name: 'a Malaysian one in two rates',
    page: `
       #KEDAI RUNCIT SENTOSA SDN BHD
              (654321-K)
     NO 5, JALAN MELUR, 47300 PETALING JAYA
     GST ID: 001122334455
TAX INVOICE
12/07/2017 16:20
BERAS 5KG            ZRL   22.50
SABUN 1KG            SR    10.60
BISKUT               SR     5.30
TOTAL 0% SUPPLIES          22.50
TOTAL 6% SUPPLIES (EXCL. GST) 15.00
GST 6%                      0.90
TOTAL PAYABLE              38.40
CASH                       50.00
CHANGE                     11.60`,
    truth: { company: 'KEDAI RUNCIT SENTOSA SDN BHD', date: '2017-07-12', tax: 0.9, total: 38.4, currency: 'MYR' },
  },
  {
    name: 'a Malaysian café with SST and rounding',
    page: `
       #KOPI TITIK ENTERPRISE
       12 JALAN ALOR, KUALA LUMPUR 50200
       SST NO: W10-1808-31012345
DATE 03-11-2022   TIME 10:12
KOPI O             2   2.80    5.60
ROTI BAKAR         1   3.95    3.95
SUBTOTAL                 RM   9.55
SST 6%                   RM   0.57
ROUNDING ADJ             RM  -0.02
TOTAL                    RM  10.10`,
    truth: {
      company: 'KOPI TITIK ENTERPRISE',
      date: '2022-11-03',
      subtotal: 9.55,
      tax: 0.57,
      rounding: -0.02,
      total: 10.1,
      currency: 'MYR',
    },
  },
  {
    name: 'a restaurant in Singapore',
    page: `
       #LOTUS LEAF BISTRO PTE LTD
       9 Tanjong Pagar Road #01-03
       Singapore 088443
       GST REG NO: 201912345K
RCPT#: 00921     22/06/2024 13:15
1 Laksa               12.80
1 Kaya Toast           5.20
SUBTOTAL              18.00
10% SVC CHG            1.80
9% GST                 1.78
TOTAL                $21.58
MASTERCARD           $21.58`,
    truth: {
      company: 'LOTUS LEAF BISTRO PTE LTD',
      date: '2024-06-22',
      subtotal: 18,
      service_charge: 1.8,
      tax: 1.78,
      total: 21.58,
      currency: 'SGD',
    },
  },
  {
    name: 'an Australian tax invoice',
    page: `
       #Wattle Hardware Pty Ltd
       ABN 51 824 753 556
       88 Station St, Newtown NSW 2042
TAX INVOICE
14/03/2024 9:51 AM    Reg 03
Cordless Drill          129.00
Wood Screws 100pk        12.50
TOTAL                  $141.50
GST INCLUDED            $12.86
EFTPOS                 $141.50`,
    truth: { company: 'Wattle Hardware Pty Ltd', date: '2024-03-14', tax: 12.86, total: 141.5, currency: 'AUD' },
  },
  {
    name: 'a Japanese convenience store',
    page: `
         #みどりマート 駅前店
    東京都渋谷区恵比寿1-2-3
2023年11月05日(日) 18:22
おにぎり 鮭            ¥150
緑茶 500ml             ¥138
サンドイッチ           ¥320
小計                   ¥608
消費税(8%)             ¥48
合計                   ¥656
現金                   ¥1,000
お釣り                 ¥344`,
    truth: { date: '2023-11-05', subtotal: 608, tax: 48, total: 656, currency: 'JPY' },
  },
  {
    name: 'a Swiss one with apostrophes',
    page: `
       #Uhren Aebischer AG
       Bahnhofplatz 2, 3011 Bern
Datum: 18.12.2023   16:48
Herrenuhr Stahl     CHF  1'250.00
Lederband           CHF     85.00
Total               CHF  1'335.00
MwSt 7.7% inkl.     CHF     95.44
Karte               CHF  1'335.00`,
    truth: { company: 'Uhren Aebischer AG', date: '2023-12-18', tax: 95.44, total: 1335, currency: 'CHF' },
  },
  {
    name: 'a Swedish kvitto',
    page: `
       #Tallbackens Livs
       Storgatan 8, 753 31 Uppsala
       Org.nr 556036-0793
KVITTO
2024-02-09  17:55
Mjölk 1,5 l               18,90
Knäckebröd                24,50
Kaffe 450 g               64,90
Totalt                   108,30 SEK
Moms 12%                  11,60
Kort                     108,30`,
    truth: { company: 'Tallbackens Livs', date: '2024-02-09', tax: 11.6, total: 108.3, currency: 'SEK' },
  },
  {
    name: 'a Canadian one with GST and PST',
    page: `
       #MAPLE RIDGE BOOKS
       55 Granville St, Vancouver BC
       GST# 123456789 RT0001
2023/04/18  12:30
Paperback Novel           18.99
Greeting Card              4.50
Subtotal                  23.49
GST 5%                     1.17
PST 7%                     0.32
Total                    $24.98
Interac                  $24.98`,
    truth: {
      company: 'MAPLE RIDGE BOOKS',
      date: '2023-04-18',
      subtotal: 23.49,
      tax: 1.49,
      total: 24.98,
      currency: 'CAD',
    },
  },
  {
    name: 'a return at a British shop',
    page: `
       #FERN & FLINT LTD
       High Street, Oxford
REFUND
Linen Shirt             -£34.00
TOTAL                   -£34.00
REFUND TO CARD          -£34.00
23/09/2023 11:09`,
    truth: { company: 'FERN & FLINT LTD', date: '2023-09-23', total: -34, currency: 'GBP' },
  },
  {
    name: 'an Irish café with two taxes',
    page: `
       #The Copper Kettle
       12 Main Street, Kinsale, Co. Cork
       VAT No. IE1234567T
30 Jul 2023   10:44
Full Irish               €13.50
Americano                 €3.20
Scone                     €3.00
Total                    €19.70
VAT 13.5%   16.50  2.23
VAT 0%       3.20  0.00
Cash                     €20.00
Change                    €0.30`,
    truth: { company: 'The Copper Kettle', date: '2023-07-30', total: 19.7, currency: 'EUR' },
  },
  {
    name: 'a fuel station in the Emirates',
    page: `
       #DESERT STAR FUELS LLC
       Sheikh Zayed Road, Dubai
       TRN 100123456700003
TAX INVOICE
Date 09/01/2024 08:31
SPECIAL 95   30.00 L @ 2.71   81.30
Total excl. VAT               77.43
VAT 5%                         3.87
TOTAL AED                     81.30
CASH                         100.00
CHANGE                        18.70`,
    truth: {
      company: 'DESERT STAR FUELS LLC',
      date: '2024-01-09',
      subtotal: 77.43,
      tax: 3.87,
      total: 81.3,
      currency: 'AED',
    },
  },
  {
    name: 'a corner shop in New Zealand',
    page: `
      #Kowhai Corner Dairy
      12 Ponsonby Rd, Auckland
      GST No 12-345-678
TAX INVOICE   #00981
8/11/2023 7:12am
Milk 2L            4.20
Pie Mince          5.50
Total NZD          9.70
Includes GST of    1.27
EFTPOS             9.70`,
    truth: { company: 'Kowhai Corner Dairy', date: '2023-11-08', total: 9.7, tax: 1.27, currency: 'NZD' },
  },
  {
    name: 'an American café with room for a tip',
    page: `
      #JUNIPER COFFEE CO.
      77 Pine St
      Seattle, WA 98101
Order 118        Jan 5, 2024 8:03 AM
Latte 12oz              $4.75
Blueberry Muffin        $3.95
Subtotal                $8.70
Tax 10.25%              $0.89
Total                   $9.59
Tip        ____________
Total      ____________`,
    truth: {
      company: 'JUNIPER COFFEE CO.',
      date: '2024-01-05',
      subtotal: 8.7,
      tax: 0.89,
      total: 9.59,
      currency: 'USD',
    },
  },
  {
    name: 'a Belgian snack bar',
    page: `
      #FRITUUR DE GOUDEN BAK
      Kerkstraat 5  9000 Gent
      BTW BE 0123.456.749
13/06/2023 18:44   Ticket 221
2x Grote friet     3,80   7,60
1x Stoofvleessaus         2,20
TOTAAL                    9,80 EUR
BANCONTACT                9,80
BTW 12%   8,75   1,05`,
    truth: { company: 'FRITUUR DE GOUDEN BAK', date: '2023-06-13', total: 9.8, currency: 'EUR' },
  },
  {
    name: 'a Philippine eatery with its tax below',
    page: `
      #MANGO TREE EATERY
      Quezon City, Philippines
      VAT REG TIN 123-456-789-000
03/15/2024 12:41
1 Chicken Adobo          185.00
2 Halo-Halo              190.00
TOTAL DUE                375.00
CASH                     500.00
CHANGE                   125.00
VATable Sales            334.82
VAT Amount (12%)          40.18`,
    truth: { company: 'MANGO TREE EATERY', date: '2024-03-15', total: 375, tax: 40.18, currency: 'PHP', cash: 500 },
  },
  {
    name: 'a Portuguese pastry shop',
    page: `
      #PASTELARIA AURORA
      Rua Augusta 101, Lisboa
      NIF: 501964843
Fatura Simplificada FS 12/3381
2023-08-30  09:15
2 Pastel de nata    1,30    2,60
1 Galão                     1,60
TOTAL                       4,20 EUR
IVA 13%  Base 3,72  Valor 0,48
Dinheiro                    5,00
Troco                       0,80`,
    truth: { company: 'PASTELARIA AURORA', date: '2023-08-30', total: 4.2, currency: 'EUR' },
  },
];

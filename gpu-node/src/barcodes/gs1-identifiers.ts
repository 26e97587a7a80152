/** How the value of one GS1 application identifier is written; lengths in characters. */
export interface Identifier {
  readonly title: string;
  /** `n` digits alone; `x` GS1's 82 characters; `z` those of base 64 for the web. */
  readonly charset: 'n' | 'x' | 'z';
  readonly min: number;
  readonly max: number;
  /** The first so many digits end in a check digit. */
  readonly checked?: number;
  /** Ends by its length; every other value ends at a separator or with the symbol. */
  readonly predefined: boolean;
}

/**
 * AI, form and data title, from the GS1 General Specifications (release 25) and the GS1 Syntax Dictionary. The form is a
 * charset and lengths, `c` and a number where so many leading digits end in a check digit. A trailing `n` of an AI stands
 * for its decimal places or its number in a series.
 */
const TABLE = `
00 n18c18 SSCC
01 n14c14 GTIN
02 n14c14 CONTENT
03 n14c14 MTO GTIN
10 x1-20 BATCH/LOT
11 n6 PROD DATE
12 n6 DUE DATE
13 n6 PACK DATE
15 n6 BEST BEFORE or BEST BY
16 n6 SELL BY
17 n6 USE BY or EXPIRY
20 n2 VARIANT
21 x1-20 SERIAL
22 x1-20 CPV
235 x1-28 TPX
240 x1-30 ADDITIONAL ID
241 x1-30 CUST. PART No.
242 n1-6 MTO VARIANT
243 x1-20 PCN
250 x1-30 SECONDARY SERIAL
251 x1-30 REF. TO SOURCE
253 x13-30c13 GDTI
254 x1-20 GLN EXTENSION COMPONENT
255 n13-25c13 GCN
30 n1-8 VAR. COUNT
310n n6 NET WEIGHT (kg)
311n n6 LENGTH (m)
312n n6 WIDTH (m)
313n n6 HEIGHT (m)
314n n6 AREA (m²)
315n n6 NET VOLUME (l)
316n n6 NET VOLUME (m³)
320n n6 NET WEIGHT (lb)
321n n6 LENGTH (in)
322n n6 LENGTH (ft)
323n n6 LENGTH (yd)
324n n6 WIDTH (in)
325n n6 WIDTH (ft)
326n n6 WIDTH (yd)
327n n6 HEIGHT (in)
328n n6 HEIGHT (ft)
329n n6 HEIGHT (yd)
330n n6 GROSS WEIGHT (kg)
331n n6 LENGTH (m), log
332n n6 WIDTH (m), log
333n n6 HEIGHT (m), log
334n n6 AREA (m²), log
335n n6 VOLUME (l), log
336n n6 VOLUME (m³), log
337n n6 KG PER m²
340n n6 GROSS WEIGHT (lb)
341n n6 LENGTH (in), log
342n n6 LENGTH (ft), log
343n n6 LENGTH (yd), log
344n n6 WIDTH (in), log
345n n6 WIDTH (ft), log
346n n6 WIDTH (yd), log
347n n6 HEIGHT (in), log
348n n6 HEIGHT (ft), log
349n n6 HEIGHT (yd), log
350n n6 AREA (in²)
351n n6 AREA (ft²)
352n n6 AREA (yd²)
353n n6 AREA (in²), log
354n n6 AREA (ft²), log
355n n6 AREA (yd²), log
356n n6 NET WEIGHT (t oz)
357n n6 NET VOLUME (oz)
360n n6 NET VOLUME (qt)
361n n6 NET VOLUME (gal.)
362n n6 VOLUME (qt), log
363n n6 VOLUME (gal.), log
364n n6 VOLUME (in³)
365n n6 VOLUME (ft³)
366n n6 VOLUME (yd³)
367n n6 VOLUME (in³), log
368n n6 VOLUME (ft³), log
369n n6 VOLUME (yd³), log
37 n1-8 COUNT
390n n1-15 AMOUNT
391n n4-18 AMOUNT
392n n1-15 PRICE
393n n4-18 PRICE
394n n4 PRCNT OFF
395n n6 PRICE/UoM
400 x1-30 ORDER NUMBER
401 x1-30 GINC
402 n17c17 GSIN
403 x1-30 ROUTE
410 n13c13 SHIP TO LOC
411 n13c13 BILL TO
412 n13c13 PURCHASE FROM
413 n13c13 SHIP FOR LOC
414 n13c13 LOC No.
415 n13c13 PAY TO
416 n13c13 PROD/SERV LOC
417 n13c13 PARTY
420 x1-20 SHIP TO POST
421 x4-12 SHIP TO POST
422 n3 ORIGIN
423 n3-15 COUNTRY - INITIAL PROCESS
424 n3 COUNTRY - PROCESS
425 n3-15 COUNTRY - DISASSEMBLY
426 n3 COUNTRY - FULL PROCESS
427 x1-3 ORIGIN SUBDIVISION
4300 x1-35 SHIP TO COMP
4301 x1-35 SHIP TO NAME
4302 x1-70 SHIP TO ADD1
4303 x1-70 SHIP TO ADD2
4304 x1-70 SHIP TO SUB
4305 x1-70 SHIP TO LOC
4306 x1-70 SHIP TO REG
4307 x2 SHIP TO COUNTRY
4308 x1-30 SHIP TO PHONE
4309 n20 SHIP TO GEO
4310 x1-35 RTN TO COMP
4311 x1-35 RTN TO NAME
4312 x1-70 RTN TO ADD1
4313 x1-70 RTN TO ADD2
4314 x1-70 RTN TO SUB
4315 x1-70 RTN TO LOC
4316 x1-70 RTN TO REG
4317 x2 RTN TO COUNTRY
4318 x1-20 RTN TO POST
4319 x1-30 RTN TO PHONE
4320 x1-35 SRV DESCRIPTION
4321 n1 DANGEROUS GOODS
4322 n1 AUTH TO LEAVE
4323 n1 SIG REQUIRED
4324 n10 NOT BEF DEL DT
4325 n10 NOT AFT DEL DT
4326 n6 REL DATE
4330 x6-7 MAX TEMP F
4331 x6-7 MAX TEMP C
4332 x6-7 MIN TEMP F
4333 x6-7 MIN TEMP C
7001 n13 NSN
7002 x1-30 MEAT CUT
7003 n10 EXPIRY TIME
7004 n1-4 ACTIVE POTENCY
7005 x1-12 CATCH AREA
7006 n6 FIRST FREEZE DATE
7007 n6-12 HARVEST DATE
7008 x1-3 AQUATIC SPECIES
7009 x1-10 FISHING GEAR TYPE
7010 x1-2 PROD METHOD
7011 n6-10 TEST BY DATE
7020 x1-20 REFURB LOT
7021 x1-20 FUNC STAT
7022 x1-20 REV STAT
7023 x1-30 GIAI - ASSEMBLY
703n x4-30 PROCESSOR No.
7040 x4 UIC+EXT
710 x1-20 NHRN PZN
711 x1-20 NHRN CIP
712 x1-20 NHRN CN
713 x1-20 NHRN DRN
714 x1-20 NHRN AIM
715 x1-20 NHRN NDC
716 x1-20 NHRN AIC
717 x1-20 NHRN SRN
723n x3-30 CERT No.
7240 x1-20 PROTOCOL
7241 n2 AIDC MEDIA TYPE
7242 x1-25 VCN
7250 n8 DOB
7251 n12 DOB TIME
7252 n1 BIO SEX
7253 x1-40 FAMILY NAME
7254 x1-40 GIVEN NAME
7255 x1-10 SUFFIX
7256 x1-90 FULL NAME
7257 x1-70 PERSON ADDR
7258 x3 BIRTH SEQUENCE
7259 x1-40 BABY
8001 n14 DIMENSIONS
8002 x1-20 CMT No.
8003 x14-30c14 GRAI
8004 x1-30 GIAI
8005 n6 PRICE PER UNIT
8006 n18c14 ITIP
8007 x1-34 IBAN
8008 n8-12 PROD TIME
8009 x1-50 OPTSEN
8010 x1-30 CPID
8011 n1-12 CPID SERIAL
8012 x1-20 VERSION
8013 x1-25 GMN
8017 n18c18 GSRN - PROVIDER
8018 n18c18 GSRN - RECIPIENT
8019 n1-10 SRIN
8020 x1-25 REF No.
8026 n18c14 ITIP CONTENT
8030 z1-90 DIGSIG
8110 x1-70 COUPON
8111 n4 POINTS
8112 x1-70 PAPERLESS COUPON
8200 x1-70 PRODUCT URL
90 x1-30 INTERNAL
9n x1-90 INTERNAL
`;

/** General Specifications, figure 7.8.5-2: after these first two digits no separator is needed, whatever the table grows to. */
const PREDEFINED = /^(?:0[0-4]|1[1-9]|20|3[1-6]|41)/;

const IDENTIFIERS = new Map(TABLE.trim().split('\n').map(readRow));
const LONGEST = 4;

function readRow(row: string): [string, Identifier] {
  const [, ai, charset, min, max, checked, title] = /^(\S+) ([nxz])(\d+)(?:-(\d+))?(?:c(\d+))? (.+)$/.exec(row)!;
  return [
    ai!,
    {
      title: title!,
      charset: charset as Identifier['charset'],
      min: Number(min),
      max: Number(max ?? min),
      predefined: PREDEFINED.test(ai!),
      ...(checked !== undefined && { checked: Number(checked) }),
    },
  ];
}

export function identifier(ai: string): Identifier | undefined {
  if (!/^\d{2,4}$/.test(ai)) return undefined;
  return IDENTIFIERS.get(ai) ?? (hasSeries(ai) ? IDENTIFIERS.get(`${ai.slice(0, -1)}n`) : undefined);
}

/** Decimal places end at 5 for measures, at 3 for a percentage; series and amounts use all ten digits. */
function hasSeries(ai: string): boolean {
  if (/^3[1-6]/.test(ai) || ai.startsWith('395')) return ai.at(-1)! <= '5';
  return !ai.startsWith('394') || ai.at(-1)! <= '3';
}

/** The application identifier that a text begins with; undefined when none is known. */
export function leadingIdentifier(text: string): string | undefined {
  for (let length = 2; length <= LONGEST; length++) {
    const ai = text.slice(0, length);
    if (ai.length === length && identifier(ai)) return ai;
  }
  return undefined;
}

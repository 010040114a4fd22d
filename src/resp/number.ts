/**
 * Numbers of RESP from their bytes, exact and strict: what is not wholly a number gives undefined.
 *
 * Integers stay numbers while they are exact, then become bigints. Doubles up to 15 significant digits
 * are read by hand with a single rounding; the rest goes to the engine's own parser.
 *
 * @module
 */

const LONGEST_INTEGER = 20; // a sign and the 19 digits of 2^63
const EXACT_DIGITS = 15; // any 15 digits are below 2^53

function ascii(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]);
  return text;
}

function isSign(byte: number): boolean {
  return byte === 43 /* + */ || byte === 45 /* - */;
}

function onlyDigits(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return false;
  for (let i = start; i < end; i++) {
    if (bytes[i] < 48 || bytes[i] > 57) return false;
  }
  return true;
}

/** The integer in `bytes[start, end)`: a number where that is exact, else a bigint. */
export function parseInteger(bytes: Uint8Array, start: number, end: number): number | bigint | undefined {
  const digits = start < end && isSign(bytes[start]) ? start + 1 : start;
  if (end - start > LONGEST_INTEGER || !onlyDigits(bytes, digits, end)) return undefined;
  if (end - digits <= EXACT_DIGITS) {
    let magnitude = 0;
    for (let i = digits; i < end; i++) magnitude = magnitude * 10 + bytes[i] - 48;
    // Not -magnitude: the integer -0 is 0.
    return bytes[start] === 45 ? 0 - magnitude : magnitude;
  }
  const exact = parseBigNumber(bytes, start, end)!;
  const rounded = Number(exact);
  return Number.isSafeInteger(rounded) ? rounded : exact;
}

/** The integer of any length in `bytes[start, end)`. */
export function parseBigNumber(bytes: Uint8Array, start: number, end: number): bigint | undefined {
  const digits = start < end && isSign(bytes[start]) ? start + 1 : start;
  if (!onlyDigits(bytes, digits, end)) return undefined;
  const magnitude = BigInt(ascii(bytes, digits, end));
  return bytes[start] === 45 ? -magnitude : magnitude;
}

const POWERS_OF_TEN = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/** The floating point number in `bytes[start, end)`, `inf` and `nan` included. */
export function parseDouble(bytes: Uint8Array, start: number, end: number): number | undefined {
  const negative = bytes[start] === 45 && start < end;
  let at = start < end && isSign(bytes[start]) ? start + 1 : start;
  let mantissa = 0;
  let digits = 0;
  let fraction = -1;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte >= 48 && byte <= 57) {
      mantissa = mantissa * 10 + byte - 48;
      digits++;
      if (fraction >= 0) fraction++;
    } else if (byte === 46 /* . */ && fraction < 0) fraction = 0;
    else break;
  }
  if (at === end && digits > 0 && digits <= EXACT_DIGITS) {
    // Both are exact doubles, so the division rounds once: the result is the nearest double.
    const magnitude = fraction > 0 ? mantissa / POWERS_OF_TEN[fraction] : mantissa;
    return negative ? -magnitude : magnitude;
  }
  return parseDoubleText(ascii(bytes, start, end));
}

const DOUBLE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The floating point number that a text is, `inf` and `nan` included. */
export function parseDoubleText(text: string): number | undefined {
  switch (text.toLowerCase()) {
    case "inf":
    case "+inf":
      return Infinity;
    case "-inf":
      return -Infinity;
    case "nan":
    case "-nan":
    case "+nan":
      return NaN;
  }
  return DOUBLE.test(text) ? Number(text) : undefined;
}

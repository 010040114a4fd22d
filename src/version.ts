/**
 * The version of respwire; a check keeps it equal to that of deno.json.
 *
 * @module
 */

/** The version, as servers are told it. */
export const VERSION = "0.1.0";

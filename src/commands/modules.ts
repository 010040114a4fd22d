/**
 * Commands to come.
 *
 * @module
 */
export {};

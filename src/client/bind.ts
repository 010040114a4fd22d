/**
 * Gives every command function a method on the client and on the chain.
 *
 * This happens once, when the first client is made, and never when a module is loaded: a program that
 * imports only some command functions and a sender is not made to carry all of them.
 *
 * @module
 */
import type { Command } from "../commands/command.ts";
import { argumentLimits, commandFunctions } from "./command_functions.ts";

type Build = (...args: unknown[]) => Command<unknown>;
/** Does with a built command what its object does: sends it, or gathers it. */
export type Take = (self: object, command: Command<unknown>) => unknown;
/** Turns an error of building into what a method gives. */
export type Refuse = (error: unknown) => unknown;

/**
 * Gives instances of a class a method for every command, ahead of what they inherit.
 *
 * The methods are on an object of their own that begins without a prototype, which engines keep as a table: to add
 * them to a class's prototype one by one took V8 seven milliseconds in place of a half.
 */
export function bindCommands(prototype: object, take: Take, refuse: Refuse): void {
  const methods: object = Object.create(null);
  const limits = argumentLimits();
  let at = 0;
  for (const [name, build] of Object.entries(commandFunctions())) {
    const most = limitAt(limits, at++);
    const optionsAt = limitAt(limits, at++) - 1;
    Object.defineProperty(methods, name, {
      value: method(name, build as Build, most, optionsAt, take, refuse),
      configurable: true,
      writable: true,
    });
  }
  Object.setPrototypeOf(methods, Object.getPrototypeOf(prototype));
  Object.setPrototypeOf(prototype, methods);
}

// Beyond what a call can have, and an integer that engines compare as fast as any other.
const NO_LIMIT = 0x3fffffff;

function limitAt(limits: string, at: number): number {
  const limit = parseInt(limits[at]!, 36);
  return Number.isNaN(limit) ? NO_LIMIT : limit;
}

/** Refuses what a typed program cannot do, and what would otherwise be lost without a word: `set("k", "v", "EX", 60)`. */
function checkArguments(name: string, given: IArguments, most: number, optionsAt: number): void {
  if (given.length > most) {
    const noun = most === 1 ? "argument" : "arguments";
    throw new TypeError(`Cannot call ${name}: it takes at most ${most} ${noun}, got ${given.length}`);
  }
  const options: unknown = given[optionsAt];
  if (options !== undefined && (typeof options !== "object" || options === null || Array.isArray(options))) {
    const got = options === null ? "null" : Array.isArray(options) ? "a list" : typeof options;
    throw new TypeError(`Cannot call ${name}: its options are to be an object, got ${got}`);
  }
}

function method(name: string, build: Build, most: number, optionsAt: number, take: Take, refuse: Refuse): unknown {
  // With fewer arguments there is nothing to check, as in most calls.
  const unchecked = Math.min(most, optionsAt);
  // By the count of arguments, since spreading them costs more than all the rest of building a command.
  return function (this: object, a?: unknown, b?: unknown, c?: unknown): unknown {
    let command: Command<unknown>;
    try {
      if (arguments.length > unchecked) checkArguments(name, arguments, most, optionsAt);
      switch (arguments.length) {
        case 0:
          command = build();
          break;
        case 1:
          command = build(a);
          break;
        case 2:
          command = build(a, b);
          break;
        case 3:
          command = build(a, b, c);
          break;
        default:
          command = build(...arguments);
      }
    } catch (error) {
      return refuse(error);
    }
    return take(this, command);
  };
}

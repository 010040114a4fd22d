/**
 * Gives every command function a method on the client and on the chain.
 *
 * This happens once, when the first client is made, and never when a module is loaded: a program that
 * imports only some command functions and a sender is not made to carry all of them.
 *
 * @module
 */
import type { Command } from "../commands/command.ts";
import { commandFunctions } from "./command_functions.ts";

type Build = (...args: unknown[]) => Command<unknown>;
/** Does with a built command what its object does: sends it, or gathers it. */
export type Take = (self: object, command: Command<unknown>) => unknown;
/** Turns an error of building into what a method gives. */
export type Refuse = (error: unknown) => unknown;

/** Adds a method for every command to `prototype`. */
export function bindCommands(prototype: object, take: Take, refuse: Refuse): void {
  for (const [name, build] of Object.entries(commandFunctions())) {
    Object.defineProperty(prototype, name, {
      value: method(build as Build, take, refuse),
      configurable: true,
      writable: true,
    });
  }
}

function method(build: Build, take: Take, refuse: Refuse): unknown {
  // By the count of arguments, since spreading them costs more than all the rest of building a command.
  return function (this: object, a?: unknown, b?: unknown, c?: unknown): unknown {
    let command: Command<unknown>;
    try {
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

/**
 * What the commands of a lease have done to its connection, so that it goes back as it came or not at all.
 *
 * Only commands that say of themselves that they change a connection are looked at. Limits: those that end the
 * connection or begin it anew are refused, and those that a server answers with nothing, or with more than one reply,
 * as the replies behind them would be given to the wrong calls.
 *
 * @module
 */
import type { AnyCommand } from "../commands/command.ts";
import { commandName } from "../command_name.ts";

const ALLOWED: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "ASKING",
  "AUTH",
  "CLIENT CACHING",
  "CLIENT CAPA",
  "CLIENT IMPORT-SOURCE",
  "DISCARD",
  "EXEC",
  "MULTI",
  "READONLY",
  "READWRITE",
  "SELECT",
  "UNWATCH",
  "WATCH",
]);

/** The state of one connection that is lent. */
export class OwnState {
  /** Whether commands are being queued for EXEC. */
  multi = false;
  /** Whether keys are watched. */
  watching = false;
  /** Whether another database was selected. */
  moved = false;
  /** Whether it was changed in a way that is not undone. */
  changed = false;

  /** Whether it is as it was when it was lent. */
  get clean(): boolean {
    return !this.multi && !this.watching && !this.moved && !this.changed;
  }

  /** Whether it can be made so again. */
  get mendable(): boolean {
    return !this.multi && !this.changed;
  }

  /**
   * Notes a command that is going to be sent.
   *
   * @throws {TypeError} When no lease carries it.
   */
  note(command: AnyCommand): void {
    const { special } = command;
    if (special === undefined || special.kind === "blocking" || special.kind === "following") return;
    const name = commandName(command.words);
    if (special.kind === "exclusive" && !ALLOWED.has(name)) {
      throw new TypeError(
        `Cannot send ${name}: it would end a lease's connection or begin it anew, or has not one reply`,
      );
    }
    if (name === "MULTI") this.multi = true;
    else if (name === "WATCH") this.watching = true;
    else if (name === "UNWATCH") this.watching = false;
    else if (name === "EXEC" || name === "DISCARD") {
      // Without MULTI they are refused, and what is watched stays so.
      if (this.multi) this.multi = this.watching = false;
    } else if (name === "SELECT") this.moved = true;
    else this.changed = true;
  }
}

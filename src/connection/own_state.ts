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
   * Looks at a command before it is sent.
   *
   * @throws {TypeError} When no lease carries it.
   */
  check({ words, special }: AnyCommand): void {
    if (special?.kind !== "exclusive") return;
    const name = commandName(words);
    if (ALLOWED.has(name)) return;
    throw new TypeError(
      `Cannot send ${name}: it would end a lease's connection or begin it anew, or has not one reply`,
    );
  }

  /** Notes a command that was sent: one that did not leave has done nothing, and has ended nothing. */
  note({ words, special }: AnyCommand): void {
    // What transaction() says is no special command; its EXEC ends a MULTI that was sent before, too.
    if (words[0] === "EXEC" && special === undefined) this.multi = false;
    if (special === undefined || special.kind === "blocking" || special.kind === "following") return;
    const name = commandName(words);
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

/**
 * MULTI … EXEC: commands that the server executes together, sent in one write.
 *
 * Three things can go wrong, and are told apart: a command that the server refuses to queue makes EXEC
 * refuse all (EXECABORT, with that command's error as its cause); a command that fails while it is
 * executed is an error in its own entry; a watched key that changed is a `WatchError`.
 *
 * @module
 */
import { RedisError, ReplyError, WatchError } from "../errors.ts";
import { commandName } from "../command_name.ts";
import {
  type AnyCommand,
  type Command,
  command,
  modeOf,
  type ReplyReader,
  specialCommand,
} from "../commands/command.ts";
import { status, textOf } from "../commands/readers.ts";
import { BIGINTS, BYTES, COLLECTIONS, type DecodeMode, PLAIN, type Value } from "../resp/value.ts";
import type { CallOptions, Sender } from "../sender.ts";

/** Sends commands as one transaction and gives an entry for each. */
export async function sendTransaction(
  sender: Sender,
  commands: readonly Command<unknown>[],
  options: CallOptions,
): Promise<unknown[]> {
  if (commands.length === 0) return [];
  // One that is exclusive goes on as it is, to be refused. Any other way of its own has no meaning inside: there
  // nothing waits.
  const queued = commands.map((each: AnyCommand) =>
    (each.special?.kind === "exclusive" ? each : queuedCommand(each)) as Command<unknown>
  );
  const exec = command(["EXEC"], execReader(commands, options.mode));
  const replies = await sender.sendAll([command(["MULTI"], status), ...queued, exec], options);
  const outcome = replies[replies.length - 1];
  if (!(outcome instanceof RedisError)) return outcome as unknown[];
  const refused = replies.find((reply) => reply instanceof RedisError);
  if (refused === outcome || !(outcome instanceof ReplyError)) throw outcome;
  throw new ReplyError(outcome.reply, { command: outcome.command, node: outcome.node, cause: refused });
}

/** The command as it is answered when it is queued. What it sets of its connection is to hold all the same. */
function queuedCommand({ words, special }: AnyCommand): AnyCommand {
  return special?.kind === "standing" ? specialCommand(words, status, special) : command(words, status);
}

/** EXEC's one reply holds those of all commands, each of which wants to be read in its own way. */
function execReader(commands: readonly Command<unknown>[], wanted: DecodeMode): ReplyReader<unknown[]> {
  return {
    allowed: BYTES | BIGINTS,
    // Maps and sets can be made flat, and bytes text, for the readers that want them so; the other way is not possible.
    always: commands.reduce((bits, { reader }) => bits | reader.always, PLAIN),
    read(value, decoded) {
      if (value === null) throw new WatchError("Cannot execute the transaction: a watched key was changed");
      const replies = value as Value[];
      if (replies.length !== commands.length) {
        throw new RedisError(
          `Cannot tell the replies of the transaction: EXEC gave ${replies.length} for ${commands.length} commands, ` +
            "since MULTI had been sent before",
        );
      }
      return replies.map((reply, index) => entryOf(commands[index], reply, wanted, decoded));
    },
  };
}

function entryOf(command: Command<unknown>, reply: Value, wanted: DecodeMode, decoded: DecodeMode): unknown {
  const { words, reader } = command;
  if (reply instanceof ReplyError) {
    return new ReplyError(reply.reply, { command: commandName(words), node: reply.node });
  }
  const mode = modeOf(command, wanted);
  try {
    return reader.read(mode === decoded ? reply : inMode(reply, mode, decoded), mode);
  } catch (error) {
    return error;
  }
}

/** The value as the decoder would have given it in `mode`, from one that was decoded with more. */
function inMode(value: Value, mode: DecodeMode, decoded: DecodeMode): Value {
  const inner = (item: Value): Value => inMode(item, mode, decoded);
  if (typeof value === "bigint" && (decoded & BIGINTS) !== 0 && (mode & BIGINTS) === 0) {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (value instanceof Uint8Array) return (mode & BYTES) === 0 ? textOf(value) : value;
  const collections = (mode & COLLECTIONS) !== 0;
  if (value instanceof Map) {
    const entries = Array.from(value, ([key, item]): [Value, Value] => [inner(key), inner(item)]);
    return collections ? new Map(entries) : entries.flat(1);
  }
  if (value instanceof Set) {
    const items = Array.from(value, inner);
    return collections ? new Set(items) : items;
  }
  return Array.isArray(value) ? value.map(inner) : value;
}

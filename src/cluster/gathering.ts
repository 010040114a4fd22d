/**
 * How the replies of a command's parts, or of the nodes that it went to, become its reply.
 *
 * @module
 */
import { ConnectionError, PartialError, RedirectError } from "../errors.ts";
import { commandName } from "../command_name.ts";
import { type AnyCommand, modeOf } from "../commands/command.ts";
import type { DecodeMode, Value } from "../resp/value.ts";
import { factsOf } from "../routing/command_facts.ts";
import type { FanOut, NodeReply } from "../routing/fan_out.ts";
import { keyTexts } from "../routing/key_text.ts";
import type { Split } from "../routing/split.ts";

/** Which cells make one reply. */
export type Gathering = SplitGathering | FanGathering;

interface SplitGathering {
  /** The cell of the command. */
  readonly cell: number;
  /** The cell of its first part; the others follow. */
  readonly first: number;
  /** The command. */
  readonly command: AnyCommand;
  /** Its parts. */
  readonly split: Split;
  readonly fan?: undefined;
}

interface FanGathering {
  /** The cell of the command. */
  readonly cell: number;
  /** The cell of the first node's reply; the others follow. */
  readonly first: number;
  /** The command. */
  readonly command: AnyCommand;
  readonly split?: undefined;
  /** How the nodes' replies become one. */
  readonly fan: FanOut;
  /** The nodes, in the order of their cells. */
  readonly nodes: readonly string[];
}

/** The reply of a command, or the error that takes its place. */
export function gathered(
  gathering: Gathering,
  cells: readonly unknown[],
  wanted: DecodeMode,
  random: () => number,
): unknown {
  const { command } = gathering;
  try {
    const value = gathering.split === undefined
      ? ofNodes(gathering, cells, random)
      : ofParts(gathering, gathering.split, cells);
    return command.reader.read(value, modeOf(command, wanted));
  } catch (error) {
    return error;
  }
}

function ofNodes({ first, command, fan, nodes }: FanGathering, cells: readonly unknown[], random: () => number): Value {
  const replies: NodeReply[] = nodes.map((node, i) => ({ node, value: cells[first + i] as Value }));
  const failed = replies.filter(({ value }) => value as unknown instanceof Error);
  if (failed.length === 0 || fan.tolerant) return fan.merge(replies, random);
  // Where no other has done it, or nothing is done by it, that one failed is all there is to say.
  if (failed.length === nodes.length || factsOf(command.words)?.readonly) throw failed[0].value;
  const parts = failed.map(({ value }) => ({ keys: [], error: value as unknown as Error }));
  throw new PartialError(commandName(command.words), parts, { total: nodes.length, maybeApplied: true });
}

function ofParts({ first, command }: SplitGathering, { parts, merge }: Split, cells: readonly unknown[]): Value {
  const values = parts.map((_, i) => cells[first + i]);
  const failed = values.flatMap((error, i) => error instanceof Error ? [{ keys: keyTexts(parts[i].keys), error }] : []);
  if (failed.length === 0) return merge(values as Value[]);
  const writes = factsOf(command.words)?.readonly !== true;
  const some = failed.length < parts.length || failed.some(({ error }) => mayHaveApplied(error));
  throw new PartialError(commandName(command.words), failed, {
    total: parts.length,
    maybeApplied: writes && some,
  });
}

function mayHaveApplied(error: Error): boolean {
  return (error instanceof ConnectionError || error instanceof RedirectError) && error.maybeApplied;
}

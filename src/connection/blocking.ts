/**
 * A blocking command over a connection of the pool.
 *
 * Who gives up a pop while it blocks must not lose what the server hands out at that very moment. So the server is
 * asked over another connection to end the wait (CLIENT UNBLOCK), and its answer decides: an element that came after
 * all is given to the caller, otherwise the call is known not to have been applied. Only where this cannot be asked
 * is the connection ended, and then nobody knows.
 *
 * Limits: under RESP2 a connection does not know its number, so that it is ended there.
 *
 * @module
 */
import { AbortError, ConnectionError, TimeoutError } from "../errors.ts";
import { commandName } from "../command_name.ts";
import type { Command } from "../commands/command.ts";
import { type CallOptions, PLAIN_CALL } from "../sender.ts";
import type { Clock } from "../stream.ts";
import type { PooledLink } from "./pooled_link.ts";

/** What sending a blocking command takes besides its connection. */
export interface BlockingContext {
  /** The node's address for messages. */
  node: string;
  /** Time. */
  clock: Clock;
  /** Asks the server to end the wait of a connection, and gives 0 when there was none; undefined when that cannot be asked now. */
  unblock(id: number): Promise<unknown> | undefined;
}

/** Milliseconds that the server has to end a wait. */
const UNBLOCK_MS = 1_000;
/** Milliseconds until it is asked again, at first, when it did not know of the wait: the two go over two connections. */
const AGAIN_MS = 10;

/** Sends a blocking command; `timeoutMs` of the options are those that are left, undefined when only it says itself. */
export async function sendBlocking<Reply>(
  link: PooledLink,
  command: Command<Reply>,
  options: CallOptions,
  { node, clock, unblock }: BlockingContext,
): Promise<Reply> {
  const { signal, timeoutMs } = options;
  const name = commandName(command.words);
  let over = false;
  // A question that has not been answered: it must not end the wait of whoever has the connection next.
  let underWay: Promise<void> | undefined;
  let givenUp: ((maybeApplied: boolean) => ConnectionError) | undefined;
  const cancels: (() => void)[] = [];
  const giveUp = (failure: (maybeApplied: boolean) => ConnectionError): void => {
    if (givenUp !== undefined) return;
    givenUp = failure;
    ask(AGAIN_MS);
    cancels.push(clock.after(UNBLOCK_MS, () => link.destroy()));
  };
  const ask = (againMs: number): void => {
    const asked = link.id === undefined ? undefined : unblock(link.id);
    if (asked === undefined) return link.destroy();
    underWay = asked.then((count) => {
      underWay = undefined;
      if (count === 0 && !over) cancels.push(clock.after(againMs, () => ask(2 * againMs)));
    }, () => link.destroy());
  };
  const abortError = (maybeApplied: boolean): AbortError =>
    new AbortError(`Cannot finish ${name} at "${node}": its signal aborted while it blocked`, {
      cause: signal!.reason,
      waitedFor: "reply",
      maybeApplied,
    });
  const aborted = (): void => giveUp(abortError);
  const late = (): void =>
    giveUp((maybeApplied) =>
      new TimeoutError(`Cannot finish ${name} at "${node}" in its time: it blocked`, {
        waitedFor: "reply",
        maybeApplied,
      })
    );
  if (signal !== undefined) {
    if (signal.aborted) throw abortError(false);
    signal.addEventListener("abort", aborted);
    cancels.push(() => signal.removeEventListener("abort", aborted));
  }
  if (timeoutMs) cancels.push(clock.after(timeoutMs, late));
  try {
    // Its own time is over only when the server is: what the caller set is watched here.
    const ownTime = timeoutMs === undefined ? undefined : 0;
    const reply = await link.send(command, { ...PLAIN_CALL, mode: options.mode, timeoutMs: ownTime });
    if (givenUp !== undefined && reply === null) throw givenUp(false);
    return reply;
  } catch (error) {
    const own = error instanceof AbortError || error instanceof TimeoutError || !(error instanceof ConnectionError);
    throw givenUp === undefined || own ? error : givenUp(error.maybeApplied);
  } finally {
    over = true;
    if (underWay !== undefined && link.usable) {
      const answered = underWay;
      await new Promise<void>((resolve) => {
        cancels.push(clock.after(UNBLOCK_MS, () => (link.destroy(), resolve())));
        void answered.then(resolve);
      });
    }
    for (const cancel of cancels) cancel();
  }
}

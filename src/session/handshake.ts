/**
 * What is said on a new connection before any call: protocol, login, name, library, database, and what is to hold on it.
 *
 * All of it leaves in one write. Where the server refuses HELLO (it is older than 6.0, or forbids RESP3)
 * the same is said once more in RESP2's words, again in one write. A server without CLIENT SETINFO
 * (before 7.2) refuses that, and no harm is done. Source: the HELLO and CLIENT SETINFO commands.
 *
 * @module
 */
import { RedisError, ReplyError } from "../errors.ts";
import { Encoder } from "../resp/encoder.ts";
import type { Value } from "../resp/value.ts";
import type { Word } from "../commands/command.ts";
import type { TextCodec } from "../stream.ts";
import { VERSION } from "../version.ts";

/** Who to be and where to start on a connection. */
export interface Login {
  /** The ACL user; `default` when absent. */
  username?: string;
  /** The password; no login when both are absent. */
  password?: string;
  /** The name that CLIENT LIST shows. */
  clientName?: string;
  /** The number of the database; the server starts with 0. */
  database?: number;
  /** The protocol to ask for first. */
  protocol: 2 | 3;
  /** What the client says that it can do (CLIENT CAPA), which a server that does not know it refuses without harm. */
  capability?: string;
  /** The words of commands that set the connection up beyond that, such as CLIENT TRACKING. */
  standing?: readonly (readonly Word[])[];
  /** The words of commands that subscribe; not said under RESP2, where a subscriber can say nothing else. */
  subscriptions?: readonly (readonly Word[])[];
}

/** A step of the handshake, by what its failure means, and what is said in it. */
interface Step {
  readonly kind: "hello" | "login" | "name" | "library" | "database" | "standing" | "subscription" | "ping";
  readonly words: readonly Word[];
}

/** Without these the connection is as good. */
const HARMLESS: readonly Step["kind"][] = ["library", "name", "ping", "standing", "subscription"];

/** Speaks the handshake of one connection. */
export class Handshake {
  /** What is to be said now. */
  readonly encoder: Encoder;
  /** The server's answer to HELLO; null where it was not asked or refused. */
  hello: Value = null;
  /** What was refused of `standing`. */
  readonly refusals: ReplyError[] = [];
  #login: Login;
  #steps: Step[] = [];
  #answered = 0;
  // Channels of the step's subscription that have been confirmed.
  #confirmed = 0;
  #refusedHello = false;

  /** Takes what is to be said, and writes the first words. */
  constructor(login: Login, text?: TextCodec) {
    this.#login = login;
    this.encoder = new Encoder(text);
    if (login.protocol === 2) this.#startResp2();
    else this.#startResp3();
  }

  #startResp3(): void {
    const { username, password, clientName } = this.#login;
    const hello: Word[] = ["HELLO", "3"];
    if (username !== undefined || password !== undefined) hello.push("AUTH", username || "default", password ?? "");
    if (clientName !== undefined) hello.push("SETNAME", clientName);
    this.#say("hello", hello);
    this.#sayRest();
    for (const words of this.#login.subscriptions ?? []) this.#say("subscription", words);
  }

  /**
   * Takes the next reply and writes what is to be said now, if anything.
   *
   * @returns True when the handshake is done.
   * @throws {RedisError} When the server refuses, or answers as no Redis server does.
   */
  receive(reply: Value): boolean {
    const step = this.#steps[this.#answered++];
    this.#confirmed = 0;
    if (reply instanceof ReplyError) this.#refused(step, reply);
    else if (!isExpected(step, reply)) {
      throw new RedisError(`its answer to ${step.words[0]} is not that of a Redis or Valkey server`);
    } else if (step.kind === "hello") this.hello = reply;
    return this.#isDone();
  }

  /**
   * Takes a push: subscriptions have no reply, each of their channels is confirmed by one.
   *
   * @returns True when the handshake is done.
   */
  confirm(push: readonly Value[]): boolean {
    const step = this.#steps[this.#answered];
    if (step.kind !== "subscription" || String(push[0]).toUpperCase() !== step.words[0]) return false;
    if (++this.#confirmed < step.words.length - 1) return false;
    this.#confirmed = 0;
    this.#answered++;
    return this.#isDone();
  }

  #isDone(): boolean {
    if (this.#answered < this.#steps.length) return false;
    if (this.#refusedHello) {
      this.#refusedHello = false;
      this.#startResp2();
      return false;
    }
    return true;
  }

  #refused({ kind }: Step, error: ReplyError): void {
    // Under RESP2 a subscriber could say nothing else.
    if (kind === "hello" && this.#refusesHello(error) && !this.#login.subscriptions?.length) this.#refusedHello = true;
    // All is said once more then, so that what becomes of the rest says nothing.
    if (this.#refusedHello) return;
    // Not at the last reply: one who has too many clients says so, says no more and hangs up.
    // NOAUTH is a refusal wherever it shows: the server wants a password, and every call would fail.
    if (!HARMLESS.includes(kind) || error.code === "NOAUTH") throw error;
    if (kind !== "standing" && kind !== "subscription") return;
    // That passes, and nobody would say it again over this connection.
    if (error.code === "BUSY") throw error;
    this.refusals.push(error);
  }

  #startResp2(): void {
    const { username, password, clientName } = this.#login;
    this.#steps = [];
    this.#answered = 0;
    // Before ACLs (6.0) AUTH takes the password alone.
    if (username) this.#say("login", ["AUTH", username, password ?? ""]);
    else if (password !== undefined) this.#say("login", ["AUTH", password]);
    if (clientName !== undefined) this.#say("name", ["CLIENT", "SETNAME", clientName]);
    this.#sayRest();
    // Without HELLO, this alone tells a server from another that also says +OK, and whether a password is wanted.
    this.#say("ping", ["PING"]);
  }

  #sayRest(): void {
    this.#say("library", ["CLIENT", "SETINFO", "LIB-NAME", "respwire"]);
    this.#say("library", ["CLIENT", "SETINFO", "LIB-VER", VERSION]);
    if (this.#login.capability !== undefined) this.#say("library", ["CLIENT", "CAPA", this.#login.capability]);
    if (this.#login.database) this.#say("database", ["SELECT", String(this.#login.database)]);
    for (const words of this.#login.standing ?? []) this.#say("standing", words);
  }

  #say(kind: Step["kind"], words: readonly Word[]): void {
    this.encoder.write(words);
    this.#steps.push({ kind, words });
  }

  #refusesHello({ code, reply }: ReplyError): boolean {
    const { username, password } = this.#login;
    // Valkey 9 says NOAUTH of a command that it does not know. HELLO with a login never means it.
    if (code === "NOAUTH") return username !== undefined || password !== undefined;
    return code === "NOPROTO" || code === "NOPERM" || /^ERR unknown command/i.test(reply);
  }
}

function isExpected({ kind }: Step, reply: Value): boolean {
  if (kind === "hello") return Array.isArray(reply) && reply.includes("proto");
  return kind === "ping" ? reply === "PONG" : kind !== "subscription";
}

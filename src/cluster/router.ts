/**
 * Which node serves what, and what becomes of calls that a node does not bring to their end.
 *
 * A MOVED patches the map at once, and the call goes on to the node that was named; ASK sends the one call there and
 * leaves the map alone. Nodes that are asked for the topology may not have heard of what a MOVED says, or were asked
 * before it was so, which is why patches hold for a while against what they tell. Calls that a node cannot serve now
 * wait in the lobby and are placed by the map as it is then. Those of a lost connection wait for it to be made anew, or
 * go to another node that may serve them; all that wait are placed anew when the topology has changed.
 *
 * @module
 */
import type { LostToNode } from "../connection/connection_settings.ts";
import { ClosedError, RedirectError, type RedisError, ReplyError } from "../errors.ts";
import type { AnyCommand } from "../commands/command.ts";
import { factsOf } from "../routing/command_facts.ts";
import type { FanOut } from "../routing/fan_out.ts";
import { firstSlotPosition } from "../routing/keys.ts";
import { type Redirect, redirectOf } from "../routing/redirect.ts";
import { routeOf } from "../routing/route.ts";
import { SlotMap } from "../routing/slot_map.ts";
import { slotOf } from "../routing/slots.ts";
import type { NodeAddress, Topology } from "../routing/topology.ts";
import type { CallOptions } from "../sender.ts";
import { Call, type PendingCall } from "../session/call.ts";
import { SubscribeCall } from "../session/subscribe_call.ts";
import type { Clock, Random } from "../stream.ts";
import { goneError, PATIENCE, SucceededError } from "./budget.ts";
import type { Lobby } from "./lobby.ts";
import type { Member, MemberOwner } from "./member.ts";
import { Members } from "./members.ts";
import type { ReadNodes } from "./read_nodes.ts";

/** What the router tells. */
export interface RouterOwner extends MemberOwner {
  /** The map was patched, maybe by a replica that took over: the nodes are to be asked, though not at once. */
  patched(promoted: boolean): void;
}

/** How calls are routed. */
export interface RouterSettings {
  /** How many redirects one call follows. */
  maxRedirects: number;
  /** Where addresses that servers tell are to be dialled. */
  addressMap: (address: NodeAddress) => NodeAddress;
  /** Whether reads may go to replicas. */
  readsFromReplicas: boolean;
  /** Time. */
  clock: Clock;
  /** Chance. */
  random: Random;
}

/** What a MOVED said of a slot. */
interface Patch {
  readonly member: Member;
  readonly at: number;
}

/** Milliseconds for which a MOVED is believed though the nodes do not say the same yet. */
const BELIEVED_MS = 5_000;

/** Finds the nodes of commands and of calls. */
export class Router {
  /** The nodes that are known. */
  readonly members: Members;
  readonly #settings: RouterSettings;
  readonly #owner: RouterOwner;
  readonly #reads: ReadNodes<Member>;
  readonly #lobby: Lobby;
  readonly #map = new SlotMap<Member>();
  // All that take writes; found again after a change.
  #primaries: readonly Member[] | undefined;
  readonly #patches = new Map<number, Patch>();

  /** Takes how to route, who is told, who chooses among replicas, and where calls wait. */
  constructor(settings: RouterSettings, owner: RouterOwner, reads: ReadNodes<Member>, lobby: Lobby) {
    this.#settings = settings;
    this.#owner = owner;
    this.#reads = reads;
    this.#lobby = lobby;
    this.members = new Members(owner, settings.addressMap);
  }

  /** The slots and their nodes. */
  get map(): SlotMap<Member> {
    return this.#map;
  }

  /** Whether the map has patches that the nodes have not told yet. */
  get patched(): boolean {
    return this.#patches.size > 0;
  }

  /** Whether one of them holds no longer against what the nodes say. */
  get disproved(): boolean {
    for (const patch of this.#patches.values()) if (!this.#isBelieved(patch)) return true;
    return false;
  }

  /** Whether a patch holds: one whose node cannot take calls is of no use, whoever has named it. */
  #isBelieved({ member, at }: Patch): boolean {
    return member.told.health !== "fail" && member.state !== "down" && this.#settings.clock.now() - at < BELIEVED_MS;
  }

  // ---- where commands go

  /** The node that a command of a slot goes to; undefined while nobody is known to serve the slot. */
  nodeFor(slot: number, command: AnyCommand, options: CallOptions): Member | undefined {
    const shard = this.#map.shardOf(slot);
    if (shard === undefined) return undefined;
    const asked = options.readFrom;
    if (asked === undefined ? !this.#settings.readsFromReplicas : asked === "primary") return shard.primary;
    const facts = factsOf(command.words);
    const reads = facts !== undefined && facts.readonly && !facts.mayReplicate && command.special === undefined;
    return reads ? this.#reads.choose(shard, slot, asked) : shard.primary;
  }

  /** All that take writes. */
  primaries(): readonly Member[] {
    return this.#primaries ??= this.#map.primaries();
  }

  /** Any node that takes writes, one that is connected where there is one; undefined while none is known. */
  any(): Member | undefined {
    const primaries = this.primaries();
    const first = Math.floor(this.#settings.random() * primaries.length);
    for (let i = 0; i < primaries.length; i++) {
      const member = primaries[(first + i) % primaries.length];
      if (member.endpoint.ready) return member;
    }
    return primaries.find(({ state }) => state === "unknown") ?? primaries[first];
  }

  /** Those that are connected. */
  connected(): Member[] {
    return [...this.members.all()].filter(({ state }) => state === "ready");
  }

  /** All nodes that have not failed, or all that take writes. */
  everywhere(to: FanOut["to"]): Member[] {
    if (to === "primaries") return [...this.primaries()];
    return this.#map.members().filter((member) => member.told.health !== "fail");
  }

  // ---- what nodes say

  /** The node that a MOVED or ASK names, with the map patched; undefined where that cannot be told. */
  redirected(error: ReplyError, from: Member): Member | undefined {
    const redirect = redirectOf(error.reply);
    const member = redirect && this.#named(redirect, from);
    if (redirect === undefined || member === undefined) {
      this.#owner.troubled();
      return undefined;
    }
    const { kind, slot } = redirect;
    if (kind === "ask") return member;
    // It says that itself is meant: what is connected to is not, or no longer, that node.
    if (member === from) from.renew();
    this.#moved(slot, member);
    return member;
  }

  /** The node that a redirect names. Where it has no host, the port may tell it from all others. */
  #named({ host, port, unknown }: Redirect, from: Member): Member | undefined {
    if (!unknown) {
      return host === "" ? this.members.at({ host: from.told.host, port }) : this.members.told({ host, port });
    }
    const [one, other] = this.#map.members().filter(({ told }) => told.port === port);
    return other === undefined ? one : undefined;
  }

  #moved(slot: number, member: Member): void {
    const move = this.#map.moved(slot, member);
    if (move === "same") return;
    this.#primaries = undefined;
    this.#patches.delete(slot);
    this.#patches.set(slot, { member, at: this.#settings.clock.now() });
    this.#owner.patched(move === "promoted");
    // What a single slot's calls wait for is looked after by the next topology: there may be a MOVED for each slot.
    if (move === "promoted") this.placeWaiting();
  }

  /** A node said that it cannot serve a command now. */
  unserved(error: ReplyError, from: Member): void {
    if (error.code === "LOADING" || error.code === "MASTERDOWN") from.passOver();
    if (error.code !== "TRYAGAIN" && error.code !== "BUSY") this.#owner.troubled();
  }

  /** Replaces the map, but for what MOVEDs have just said; what waits for nodes is placed anew. */
  install(topology: Topology): void {
    this.#map.install(topology, (node) => this.members.of(node));
    this.#primaries = undefined;
    const waiting = this.members.retain(topology);
    for (const [slot, patch] of this.#patches) if (!this.#patchAgain(slot, patch)) this.#patches.delete(slot);
    for (const call of waiting) this.place(call);
    this.placeWaiting();
  }

  /** Lays a patch over a new topology; false where that says the same, or knows better. */
  #patchAgain(slot: number, patch: Patch): boolean {
    const { member } = patch;
    const known = this.members.named(member.name) === member;
    return known && this.#isBelieved(patch) && this.#map.moved(slot, member) !== "same";
  }

  // ---- what becomes of calls

  /** Finds a node for a call. */
  place(call: PendingCall): void {
    if (call.done) return;
    if (call instanceof SubscribeCall) return call.lost(new ClosedError(`Cannot send ${call.name}: its node has left`));
    this.#placeAt(this.#memberOf(call), call);
  }

  #placeAt(member: Member | undefined, call: PendingCall): void {
    const { doubtful: maybeApplied } = call;
    call.asks = false;
    if (call.options.whilePrimary && !this.#isPrimary(member)) {
      const why = `"${call.options.node}" takes no writes any more`;
      return call.lost(new SucceededError(`Cannot send ${call.name}: ${why}`, { maybeApplied }));
    }
    if (member !== undefined) member.endpoint.resend(call);
    else if (call.options.node !== undefined) call.lost(goneError(call.name, call.options.node, maybeApplied));
    else this.#wait(call);
  }

  #isPrimary(member: Member | undefined): boolean {
    return member !== undefined && this.primaries().includes(member);
  }

  #wait(call: PendingCall): void {
    this.#lobby.hold(call);
    this.#owner.troubled();
  }

  /** Places those anew that wait for nodes which cannot be reached, or are not known. */
  placeWaiting(): void {
    this.#lobby.placeAll();
    for (const member of [...this.members.all()]) {
      if (member.state !== "down") continue;
      if (!this.#isPrimary(member)) member.endpoint.refuseWaiting();
      for (const call of member.endpoint.takeWaiting()) {
        if (call instanceof SubscribeCall) member.endpoint.resend(call);
        else this.place(call);
      }
    }
  }

  #memberOf(call: PendingCall): Member | undefined {
    const { options } = call;
    if (options.node !== undefined) return this.members.named(options.node);
    const commands = call.unanswered();
    const command = commands.find(({ words }) => firstSlotPosition(words) > 0);
    if (command !== undefined) {
      return this.nodeFor(slotOf(command.words[firstSlotPosition(command.words)]), command, options);
    }
    try {
      const route = routeOf(commands[0]);
      return route.kind === "slot" ? this.nodeFor(route.slot, commands[0], options) : this.any();
    } catch {
      // It was for one node, which has been left: whoever sent it is told by the next.
      return this.any();
    }
  }

  /** Ends connections on which nothing comes, to nodes that the cluster holds for failed. */
  leaveFailed(): void {
    for (const { told, endpoint } of this.members.all()) {
      if (told.health !== "fail") continue;
      endpoint.endSilent();
      endpoint.endBlocked();
    }
  }

  /** Takes a call that a node refused, or sent on; false when its caller is to be told. */
  refused(call: PendingCall, error: RedisError, from: Member): boolean {
    // Those of several commands are looked at when all their replies are there.
    if (!(call instanceof Call) || !(error instanceof ReplyError)) return false;
    if (error.code === "MOVED" || error.code === "ASK") {
      return call.options.node === undefined && this.#sendOn(call, error, from);
    }
    if (error.code === "REDIRECT") return false;
    // Whoever sends to several nodes finds the one that has taken its place.
    if (call.options.whilePrimary) return false;
    this.unserved(error, from);
    if (call.path.length > 0) call.rare.path = [];
    if (from.health === "loading" && call.options.node === undefined) {
      const other = this.#memberOf(call);
      if (other !== undefined && other !== from && other.health === "online") {
        other.endpoint.resend(call);
        return true;
      }
    }
    return this.#lobby.later(call, error);
  }

  #sendOn(call: Call, error: ReplyError, from: Member): boolean {
    const path = [...call.path, from.name];
    call.rare.path = path;
    const to = this.redirected(error, from);
    const why = (): RedirectError => new RedirectError(call.name, path, { cause: error });
    if (path.length > this.#settings.maxRedirects) call.fail(why());
    else if (to === undefined || path.length >= PATIENCE) {
      if (!this.#lobby.later(call, why())) call.fail(why());
    } else {
      call.asks = error.code === "ASK";
      to.endpoint.resend(call);
    }
    return true;
  }

  /** A node's connection was lost: gives those of the calls that are to wait until it is made anew. */
  lost({ calls, waiting, ended }: LostToNode, from: Member): readonly PendingCall[] {
    this.#owner.troubled();
    // Those that have waited for it may be served by others too, and have to where it is not made anew.
    const all = ended || this.#settings.readsFromReplicas ? [...calls, ...waiting()] : calls;
    const stay: PendingCall[] = [];
    for (const call of all) {
      call.asks = false;
      if (call.path.length > 0) call.rare.path = [];
      const member = ended ? undefined : call instanceof SubscribeCall ? from : this.#memberOf(call);
      if (member === from && !call.options.whilePrimary) stay.push(call);
      else if (member === from && this.#isPrimary(from)) stay.push(call);
      else if (ended) this.place(call);
      // Found once: by chance it could be this one the next time.
      else if (!call.done) this.#placeAt(member, call);
    }
    return stay;
  }
}

/**
 * The connections of a pool, and what each is doing.
 *
 * Idle ones are a stack: the newest is lent first, so the oldest stay idle and can be evicted. One that ends leaves the
 * pool at once and no longer counts; it is only remembered until its socket is gone, for those who wait for that.
 *
 * @module
 */
import type { Random } from "../stream.ts";
import type { Alarm } from "./pool_alarm.ts";
import type { Poolable, PoolSettings } from "./pool_options.ts";

// Up to so much of a lifetime is cut off by chance.
const LIFETIME_JITTER = 0.1;

/** A connection and what it is doing. */
export interface Member<Item> {
  readonly item: Item;
  readonly openedAt: number;
  readonly expiresAt: number;
  /** The opener's round that it came from. */
  readonly round: number;
  /** `held` is for a moment only: between two of the others. */
  state: "held" | "idle" | "checked" | "leased" | "gone";
  /** Since when it is idle or lent. */
  since: number;
  /** Where it was taken, and whether that has been reported. */
  takenAt: string | undefined;
  reported: boolean;
}

/** The connections of a pool. */
export class Members<Item extends Poolable> {
  #settings: PoolSettings;
  #random: Random;
  #alarm: Alarm;
  #onGone: () => void;
  #byItem: Map<Item, Member<Item>> = new Map();
  #idle: Member<Item>[] = [];
  // Ended, but still with a socket.
  #ending: Set<Item> = new Set();
  // Ended while lent: their return is no misuse.
  #endedLeases: WeakSet<Item> = new WeakSet();
  /** How many are being checked. */
  checking = 0;
  /** How many are lent. */
  leased = 0;
  /** How many have been added. */
  created = 0;

  /** Takes the bounds, chance, the alarm to set, and who is told when the socket of an ended one is gone. */
  constructor(settings: PoolSettings, random: Random, alarm: Alarm, onGone: () => void) {
    this.#settings = settings;
    this.#random = random;
    this.#alarm = alarm;
    this.#onGone = onGone;
  }

  /** How many there are. */
  get size(): number {
    return this.#byItem.size;
  }

  /** How many are neither lent nor being checked. */
  get idle(): number {
    return this.#idle.length;
  }

  /** How many have ended and still have a socket. */
  get ending(): number {
    return this.#ending.size;
  }

  /** Adds one that was just opened; it is held. */
  add(item: Item, round: number, now: number): Member<Item> {
    const { maxLifetimeMs } = this.#settings;
    const lifetimeMs = maxLifetimeMs > 0 ? maxLifetimeMs * (1 - LIFETIME_JITTER * this.#random()) : Infinity;
    const member: Member<Item> = {
      item,
      openedAt: now,
      expiresAt: now + lifetimeMs,
      round,
      state: "held",
      since: now,
      takenAt: undefined,
      reported: false,
    };
    this.#byItem.set(item, member);
    this.created++;
    return member;
  }

  /** Takes the idle one that was used last; those that cannot be lent are ended on the way, `fresh` leaves a stale one. */
  takeIdle(now: number, fresh: boolean): Member<Item> | undefined {
    for (;;) {
      const member = this.#idle.at(-1);
      if (member === undefined) return undefined;
      const { usable } = member.item;
      if (!usable || now >= member.expiresAt) this.end(member, usable);
      else if (fresh && this.#isStale(member, now)) return undefined;
      else return this.#hold(this.#idle.pop()!);
    }
  }

  /** Takes back one that was lent; undefined when it was not. */
  takeBack(item: Item): Member<Item> | undefined {
    const member = this.#byItem.get(item);
    return member?.state === "leased" ? this.#hold(member) : undefined;
  }

  /** Whether it ended while it was lent; true once. */
  endedWhileLent(item: Item): boolean {
    return this.#endedLeases.delete(item);
  }

  /** Makes one that is held idle from now on, or ends it when its time is over. */
  shelve(member: Member<Item>, now: number): void {
    if (now >= member.expiresAt) return this.end(member, true);
    member.state = "idle";
    member.since = now;
    this.#idle.push(member);
    this.#alarm.wake(member.expiresAt);
    this.#alarm.wake(this.#evictionAt());
  }

  /** Lends one that is held. */
  lend(member: Member<Item>, takenAt: string | undefined, now: number): void {
    const { leakAfterMs } = this.#settings;
    member.state = "leased";
    member.since = now;
    member.takenAt = takenAt;
    // What nobody took by hand cannot have been forgotten.
    member.reported = takenAt === undefined;
    this.leased++;
    if (leakAfterMs > 0 && takenAt !== undefined) this.#alarm.wake(now + leakAfterMs);
  }

  /** Notes that one that is held is being checked. */
  beginCheck(member: Member<Item>): void {
    member.state = "checked";
    this.checking++;
  }

  /** Holds it when its check is over; false when it has ended meanwhile. */
  endCheck(member: Member<Item>): boolean {
    return member.state === "checked" && this.#hold(member) === member;
  }

  /** Takes one out for good and ends it: kindly, or at once. */
  end(member: Member<Item>, kindly: boolean): void {
    const { item } = member;
    this.remove(member);
    if (!kindly) item.destroy();
    this.#ending.add(item);
    void this.#awaitEnd(item);
  }

  /** Takes out one that has ended by itself. */
  remove(member: Member<Item>): void {
    const { item } = member;
    if (member.state === "leased") this.#endedLeases.add(item);
    if (member.state === "idle") this.#idle.splice(this.#idle.lastIndexOf(member), 1);
    this.#hold(member).state = "gone";
    this.#byItem.delete(item);
    item.onEnd = undefined;
  }

  #hold(member: Member<Item>): Member<Item> {
    if (member.state === "leased") this.leased--;
    else if (member.state === "checked") this.checking--;
    member.state = "held";
    return member;
  }

  #isStale(member: Member<Item>, now: number): boolean {
    const { validateAfterMs } = this.#settings;
    return validateAfterMs > 0 && now - member.since >= validateAfterMs;
  }

  async #awaitEnd(item: Item): Promise<void> {
    try {
      await item.close();
    } catch {
      // However it ended, there is nothing left to wait for.
    }
    this.#ending.delete(item);
    this.#onGone();
  }

  /** Ends all that are not lent, kindly. */
  endIdle(): void {
    for (const member of this.#byItem.values()) if (member.state !== "leased") this.end(member, true);
  }

  /** Ends all at once, those that are being ended kindly too. */
  destroyAll(): void {
    for (const item of this.#ending) item.destroy();
    for (const member of this.#byItem.values()) this.end(member, false);
  }

  /** Ends the idle ones whose time is over. */
  endDue(now: number): void {
    for (const member of this.#idle.filter((one) => one.expiresAt <= now)) this.end(member, true);
    while (this.#evictionAt() <= now) this.end(this.#idle[0], true);
  }

  /** Those that have been lent for too long and were not reported yet; they are taken for reported now. */
  leaks(now: number): Member<Item>[] {
    const { leakAfterMs } = this.#settings;
    if (leakAfterMs === 0) return [];
    const found: Member<Item>[] = [];
    for (const member of this.#byItem.values()) {
      if (member.state !== "leased" || member.reported || member.since + leakAfterMs > now) continue;
      member.reported = true;
      found.push(member);
    }
    return found;
  }

  /** When the next of them is due for its end or its report; `Infinity` when none is. */
  nextDue(): number {
    const { leakAfterMs } = this.#settings;
    let at = this.#evictionAt();
    for (const member of this.#idle) at = Math.min(at, member.expiresAt);
    if (leakAfterMs === 0) return at;
    for (const member of this.#byItem.values()) {
      if (member.state === "leased" && !member.reported) at = Math.min(at, member.since + leakAfterMs);
    }
    return at;
  }

  /** Whether any of them may be due some time; false costs no search. */
  get mayBeDue(): boolean {
    const { maxLifetimeMs, leakAfterMs } = this.#settings;
    if (this.leased > 0 && leakAfterMs > 0) return true;
    return (this.#idle.length > 0 && maxLifetimeMs > 0) || this.#evictionAt() < Infinity;
  }

  #evictionAt(): number {
    const { idleTimeoutMs, min } = this.#settings;
    if (idleTimeoutMs === 0 || this.#idle.length === 0 || this.size <= min) return Infinity;
    return this.#idle[0].since + idleTimeoutMs;
  }
}

// The door: where a connection stands that is not let in yet, because it still has to finish its TLS handshake or to show
// a token. Few stand there at a time, and none for long; nothing is sent to them before, and nobody inside sees them.

import type { AuthSettings, Limits } from "../../config/keys/mod.ts";
import { encodeError, type Refusal } from "../../protocol/json_rpc/mod.ts";
import type { CloseReason } from "../../protocol/methods/mod.ts";
import { type Report, ThrottledReports } from "../../log/mod.ts";
import { addressKey, ConnectionCounts, FailedLogins } from "../limits/mod.ts";
import type { Authenticator, Identity } from "./authenticator.ts";
import { type Clock, Deadlines } from "../../time/mod.ts";
import { describeHandshakeError } from "./handshake_error.ts";
import { type Login, readLogin } from "./read_login.ts";
import type { Session } from "../connection/mod.ts";

export interface LoginGateOptions {
  /** Absent: nobody needs a token. */
  readonly authenticator: Pick<Authenticator, "identify"> | undefined;
  readonly limits: Limits;
  readonly auth: AuthSettings;
  readonly clock: Clock;
  readonly report: Report;
  /** Sessions that are refused but not gone. */
  readonly lingering: { readonly size: number };
  /** Lets a session in. @param resume the token of the seat that it wants back. */
  readonly admit: (session: Session, resume?: string) => void;
  /** Of refusals before anything is known of a connection, and of failed handshakes, the log is told at most this often. */
  readonly logMs: number;
  /** Starts the writes of what was queued. */
  readonly flush: () => void;
}

/** A session at the door. */
interface Pending {
  readonly session: Session;
  /** What is waited for; "refused": it is told so when the delay is over. */
  awaits: "handshake" | "token" | "refused";
  /** The length of its deadline, in ms. */
  ms: number;
  /** With what the request is answered that was its first line. */
  answer?: string;
  refusal?: Refusal;
  isByHand?: boolean;
}

/** TLS only: resolves when the handshake is done. */
type Handshake = () => Promise<unknown>;

export class LoginGate {
  readonly #options: LoginGateOptions;
  readonly #counts: ConnectionCounts;
  readonly #ofToken: ConnectionCounts;
  readonly #failures: FailedLogins;
  readonly #deadlines: Deadlines<Pending>;
  /** In order of arrival. */
  readonly #pending = new Map<Session, Pending>();
  readonly #turnedAway: ThrottledReports<"client_turned_away">;
  readonly #failedHandshakes: ThrottledReports<"handshake_failed">;

  constructor(options: LoginGateOptions) {
    const { auth, clock, limits, logMs, report } = options;
    this.#options = options;
    this.#counts = new ConnectionCounts(limits.connectionsPerAddress);
    this.#ofToken = new ConnectionCounts(auth.connectionsPerToken);
    this.#failures = new FailedLogins(auth);
    this.#turnedAway = new ThrottledReports(report, clock, logMs);
    this.#failedHandshakes = new ThrottledReports(report, clock, logMs);
    this.#deadlines = new Deadlines(clock, (pending) => {
      this.#timeIsUp(pending);
      options.flush();
    });
  }

  /** Connections that are not let in yet. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Takes a new connection in, lets it stand at the door, or refuses it; begins to read from it. */
  admit(session: Session, handshake?: Handshake): void {
    const { authenticator, limits, admit } = this.#options;
    // What is sent before a handshake is over could not be read: such a connection is just closed.
    if (handshake === undefined) session.serve();
    if (!this.#mayCome(session, handshake !== undefined)) return;
    if (handshake === undefined && authenticator === undefined) return admit(session);
    session.mode = "pending";
    session.limitLines(Math.min(limits.pendingLineBytes, limits.lineBytes));
    this.#hold(session, handshake === undefined ? "token" : "handshake");
    if (handshake !== undefined) this.#await(session, handshake);
  }

  /** Takes the first line of a session. True when it is let in and the line is still to be handled: as JSON. */
  take(session: Session, line: string): boolean {
    const pending = this.#pending.get(session);
    if (pending?.awaits !== "token") return false;
    const { authenticator, clock, limits } = this.#options;
    const login = readLogin(line, limits);
    // Who has failed too often is not even looked at, however many connections it had opened before.
    const blockedMs = this.#failures.blockedMs(addressKey(session.ip), clock.now());
    if (blockedMs > 0) {
      this.#turnAway(session, this.#failures.message, blockedMs);
      return false;
    }
    const identity = login.token === undefined ? undefined : authenticator!.identify(login.token);
    if (identity === undefined) this.#refuse(pending, login);
    else this.#open(session, login, identity);
    return identity !== undefined && login.form === "json" && session.isOpen;
  }

  /** The first line of a session cannot even be read. */
  refuseLine(session: Session): void {
    const pending = this.#pending.get(session);
    if (pending?.awaits === "token") this.#refuse(pending, { form: "json" });
  }

  /** The session is closed. */
  forget(session: Session): void {
    const pending = this.#pending.get(session);
    if (pending === undefined) return;
    this.#pending.delete(session);
    this.#deadlines.remove(pending, pending.ms);
  }

  /** The connection of a session is gone. */
  gone(session: Session): void {
    if (session.countedAs !== undefined) this.#counts.remove(session.countedAs);
    if (session.identity !== undefined) this.#ofToken.remove(session.identity);
  }

  /** Tells the log what it was not told yet; for the end of the server, when every connection is gone. */
  stop(): void {
    this.#turnedAway.stop();
    this.#failedHandshakes.stop();
  }

  /** Whether there is room for one more connection of that address, and nothing against it. */
  #mayCome(session: Session, isSilent: boolean): boolean {
    const { clock, limits } = this.#options;
    const key = addressKey(session.ip);
    const blockedMs = this.#failures.blockedMs(key, clock.now());
    if (blockedMs > 0) {
      this.#turnAway(session, this.#failures.message, blockedMs, isSilent);
      return false;
    }
    if (!this.#counts.add(key)) {
      const message = `your address has ${limits.connectionsPerAddress} connections, which is the limit`;
      this.#turnAway(session, message, limits.retryAfterMs, isSilent);
      return false;
    }
    session.countedAs = key;
    return true;
  }

  #hold(session: Session, awaits: "handshake" | "token"): void {
    const { limits: { pendingConnections, pendingMs, retryAfterMs } } = this.#options;
    if (this.#pending.size >= pendingConnections) {
      const [oldest] = this.#pending.values();
      // Who means it speaks at once; whoever has stood there longest most likely does not.
      const message = "too many connections have shown no token yet";
      this.#turnAway(oldest!.session, message, retryAfterMs, oldest!.awaits === "handshake");
    }
    const pending: Pending = { session, awaits, ms: pendingMs };
    this.#pending.set(session, pending);
    this.#deadlines.add(pending, pendingMs);
  }

  async #await(session: Session, handshake: Handshake): Promise<void> {
    try {
      await handshake();
    } catch (error) {
      if (!session.isOpen) return;
      const { ip, port } = session;
      this.#failedHandshakes.note({
        event: "handshake_failed",
        ip,
        port,
        message: describeHandshakeError(error),
      });
      return this.#drop(session, "reset");
    }
    const pending = this.#pending.get(session);
    if (pending === undefined) return;
    session.serve();
    if (this.#options.authenticator !== undefined) pending.awaits = "token";
    else {
      this.#leave(session);
      session.mode = "undecided";
      this.#options.admit(session);
      this.#options.flush();
    }
  }

  #open(session: Session, login: Login, { name, rights }: Identity): void {
    const { auth, limits, report, admit } = this.#options;
    if (!this.#ofToken.add(name)) {
      const message = `your token has let ${auth.connectionsPerToken} connections in, which is the limit`;
      return this.#turnAway(session, message, limits.retryAfterMs);
    }
    this.#leave(session);
    session.identity = name;
    session.rights = rights;
    session.mode = login.form;
    report({ event: "client_identified", ip: session.ip, port: session.port, identity: name });
    admit(session, login.form === "json" ? login.resume : undefined);
  }

  /** It is inside: what was different for it at the door is so no longer. */
  #leave(session: Session): void {
    this.forget(session);
    session.limitLines(this.#options.limits.lineBytes);
  }

  /** Notes the failure now, and tells it after the delay. */
  #refuse(pending: Pending, login: Login): void {
    const { auth, clock, report } = this.#options;
    const { session } = pending;
    const refusal: Refusal = {
      reason: "unauthenticated",
      message: login.token === undefined
        ? 'this server wants a token in the first line: hello with "token", or /login TOKEN by hand'
        : "this token is not good",
      data: { rule: "token" },
    };
    this.#failures.note(addressKey(session.ip), clock.now());
    report({ event: "login_refused", ip: session.ip, port: session.port, message: refusal.message });
    this.#deadlines.remove(pending, pending.ms);
    pending.awaits = "refused";
    pending.isByHand = login.form === "text";
    pending.refusal = refusal;
    if (login.form === "json" && login.id !== undefined) {
      pending.answer = `${encodeError(login.id, refusal)}\n`;
    }
    pending.ms = auth.failureDelayMs;
    this.#deadlines.add(pending, pending.ms);
  }

  #timeIsUp({ session, awaits, answer, refusal, isByHand }: Pending): void {
    const { limits: { pendingMs } } = this.#options;
    switch (awaits) {
      case "handshake":
        return this.#drop(session, "timed_out");
      case "token":
        return session.closeWith("timed_out", `no token was shown within ${pendingMs} ms`);
      case "refused":
        if (isByHand) session.mode = "text";
        session.sendText(answer ?? "");
        return session.closeWith("unauthenticated", refusal!.message);
    }
  }

  /** @param isSilent nothing that is sent could be read. */
  #turnAway(session: Session, message: string, retryAfterMs: number, isSilent = false): void {
    const { lingering, limits } = this.#options;
    const { ip, port } = session;
    this.#turnedAway.note({ event: "client_turned_away", ip, port, reason: "rate_limited", message });
    if (isSilent) return this.#drop(session, "rate_limited");
    session.closeWith("rate_limited", message, retryAfterMs);
    // Beyond so many, a refusal that may not arrive is better than descriptors held by whoever is refused.
    if (lingering.size > limits.lingeringRefusals) session.destroy();
  }

  #drop(session: Session, reason: CloseReason): void {
    session.close(reason);
    session.destroy();
  }
}

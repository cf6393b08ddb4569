// Decides which connections are let in: a connection must respect the limits, finish its TLS handshake, and show a valid
// token where the server has tokens. Until then it is sent nothing, and no other part of the server knows of it.

import type { AuthSettings, Limits } from "../../config/keys/mod.ts";
import { encodeError, type Refusal } from "../../protocol/json_rpc/mod.ts";
import { badRequest, type ForeignGreeting } from "../../protocol/wire/mod.ts";
import type { CloseReason } from "../../protocol/methods/mod.ts";
import { type Report, ThrottledReports } from "../../log/mod.ts";
import { visible } from "../../words/mod.ts";
import type { Clock } from "../../time/mod.ts";
import type { Session } from "../connection/mod.ts";
import type { Authenticator, Identity } from "./authenticator.ts";
import { type LimitReached, LoginLimits } from "./login_limits.ts";
import { type PendingLogin, PendingLogins } from "./pending_logins.ts";
import { type Login, readLogin } from "./read_login.ts";

export interface LoginGateOptions {
  /** Absent on a server without tokens. */
  readonly authenticator: Pick<Authenticator, "identify"> | undefined;
  readonly limits: Limits;
  readonly auth: AuthSettings;
  /** What a browser is told that comes to this port; `undefined`: there is no page. */
  readonly page?: string | undefined;
  readonly clock: Clock;
  readonly report: Report;
  /** Called with a session that is let in. @param resume the resume token that its hello contains. */
  readonly admit: (session: Session, resume?: string) => void;
  /** The shortest time between two log lines about refused connections, and between two about failed handshakes. */
  readonly logMs: number;
  /** Starts writing what has been queued. */
  readonly flush: () => void;
}

/** TLS only: resolves when the handshake is done. */
type Handshake = () => Promise<unknown>;

/** Said to people and programs alike: nothing is sent before a client that shows which it is. */
const FIRST_LINE = 'the first line must be /login TOKEN, or hello with "token"';
const MAX_SHOWN_ERROR_LENGTH = 200;

export class LoginGate {
  readonly #options: LoginGateOptions;
  readonly #loginLimits: LoginLimits;
  readonly #pending: PendingLogins;
  readonly #refusedConnections: ThrottledReports<"client_turned_away">;
  readonly #failedHandshakes: ThrottledReports<"handshake_failed">;
  readonly #foreignProtocols: ThrottledReports<"foreign_protocol">;

  constructor(options: LoginGateOptions) {
    const { auth, clock, limits, logMs, report } = options;
    this.#options = options;
    this.#loginLimits = new LoginLimits(limits, auth);
    this.#refusedConnections = new ThrottledReports(report, clock, logMs);
    this.#failedHandshakes = new ThrottledReports(report, clock, logMs);
    this.#foreignProtocols = new ThrottledReports(report, clock, logMs);
    this.#pending = new PendingLogins(clock, (pending) => {
      this.#deadlinePassed(pending);
      options.flush();
    });
  }

  get usage() {
    return { pendingLogins: this.#pending.size, failureAddresses: this.#loginLimits.failureAddresses };
  }

  /** Lets a new connection in, keeps it pending, or refuses it; starts reading from it. */
  admit(session: Session, handshake?: Handshake): void {
    const { authenticator, clock, limits, admit } = this.#options;
    if (handshake === undefined) session.serve();
    const reached = this.#loginLimits.countConnection(session, clock.now());
    if (reached !== undefined) return this.#refuse(session, reached, handshake === undefined);
    if (handshake === undefined && authenticator === undefined) return admit(session);
    session.mode = "pending";
    session.limitLines(Math.min(limits.pendingLineBytes, limits.lineBytes));
    this.#makeRoom();
    const awaits = handshake === undefined ? "token" : "handshake";
    this.#pending.add(session, { awaits }, limits.pendingMs);
    if (handshake !== undefined) this.#awaitHandshake(session, handshake);
  }

  /** Takes the first line of a session. True when the session is let in and the line must still be handled, as JSON. */
  take(session: Session, line: string): boolean {
    if (this.#pending.stateOf(session)?.awaits !== "token") return false;
    const { authenticator, clock, limits } = this.#options;
    const login = readLogin(line, limits);
    // Checked again: the address may have opened many connections before its logins failed.
    const blocked = this.#loginLimits.checkFailures(session.ip, clock.now());
    if (blocked !== undefined) {
      this.#refuse(session, blocked);
      return false;
    }
    const identity = login.token === undefined ? undefined : authenticator!.identify(login.token);
    if (identity === undefined) this.#loginFailed(session, login);
    else this.#loginSucceeded(session, login, identity);
    return identity !== undefined && login.form === "json" && session.isOpen;
  }

  /**
   * Closes a session that begins in another protocol. That is no failed login: it contains no token.
   *
   * @param greeting as its first lines show; absent: none
   * @returns whether it was closed
   */
  refuseForeign(session: Session, greeting: ForeignGreeting | undefined): boolean {
    if (greeting === undefined) return false;
    if (session.mode === "pending" && this.#pending.stateOf(session)?.awaits !== "token") return false;
    const { protocol, reader, message } = greeting;
    this.noteForeign(session, protocol);
    if (reader === "person") session.mode = "text";
    if (reader !== "HTTP") session.closeWith("wrong_protocol", message);
    else {
      session.sendText(badRequest(greeting, this.#options.page));
      session.close("wrong_protocol");
    }
    return true;
  }

  /** Logs that a session has begun in another protocol. */
  noteForeign({ ip, port }: Session, protocol: string): void {
    this.#foreignProtocols.note({ event: "foreign_protocol", ip, port, protocol });
  }

  /** The first line of a session is too long or not UTF-8. */
  refuseLine(session: Session): void {
    if (this.#pending.stateOf(session)?.awaits === "token") this.#loginFailed(session, { form: "json" });
  }

  /** The session is closed. */
  forget(session: Session): void {
    this.#pending.remove(session);
  }

  /** The connection of a session has ended. */
  disconnected(session: Session): void {
    this.#loginLimits.release(session);
  }

  /** Logs what has not been logged yet; to be called after the last connection has ended. */
  stop(): void {
    this.#refusedConnections.stop();
    this.#failedHandshakes.stop();
    this.#foreignProtocols.stop();
  }

  /** Closes the oldest pending connection when there are too many: a client that means to log in does so quickly. */
  #makeRoom(): void {
    const { pendingConnections, retryAfterMs } = this.#options.limits;
    const { oldest } = this.#pending;
    if (oldest === undefined || this.#pending.size < pendingConnections) return;
    const message = "Too many connections are waiting to log in";
    this.#refuse(oldest.session, { message, retryAfterMs }, oldest.state.awaits !== "handshake");
  }

  async #awaitHandshake(session: Session, handshake: Handshake): Promise<void> {
    try {
      await handshake();
    } catch (error) {
      if (!session.isOpen) return;
      const { ip, port } = session;
      const message = describeHandshakeError(error);
      this.#failedHandshakes.note({ event: "handshake_failed", ip, port, message });
      return drop(session, "reset");
    }
    if (this.#pending.stateOf(session) === undefined) return;
    session.serve();
    if (this.#options.authenticator !== undefined) {
      this.#pending.update(session, { awaits: "token" });
      return;
    }
    this.#leavePending(session);
    session.mode = "undecided";
    this.#options.admit(session);
    this.#options.flush();
  }

  #loginSucceeded(session: Session, login: Login, { name, rights }: Identity): void {
    const { report, admit } = this.#options;
    const reached = this.#loginLimits.countToken(name);
    if (reached !== undefined) return this.#refuse(session, reached);
    this.#leavePending(session);
    session.identity = name;
    session.rights = rights;
    session.mode = login.form;
    report({ event: "client_identified", ip: session.ip, port: session.port, identity: name });
    admit(session, login.form === "json" ? login.resume : undefined);
  }

  /** Records the failure now, and notifies the client after a delay, which slows down guessing. */
  #loginFailed(session: Session, login: Login): void {
    const { auth, clock, report } = this.#options;
    const refusal: Refusal = {
      reason: "unauthenticated",
      message: login.token === undefined ? `This server requires a token: ${FIRST_LINE}` : "Invalid token",
      data: { rule: "token" },
    };
    const { message } = refusal;
    this.#loginLimits.noteFailure(session.ip, clock.now());
    report({ event: "login_refused", ip: session.ip, port: session.port, message });
    const hasRequest = login.form === "json" && login.id !== undefined;
    const response = hasRequest ? `${encodeError(login.id, refusal)}\n` : "";
    const state = { awaits: "refusal", form: login.form, message, response } as const;
    this.#pending.update(session, state, auth.failureDelayMs);
  }

  #leavePending(session: Session): void {
    this.forget(session);
    session.limitLines(this.#options.limits.lineBytes);
  }

  #deadlinePassed({ session, state }: PendingLogin): void {
    const { limits: { pendingMs } } = this.#options;
    switch (state.awaits) {
      case "handshake":
        return drop(session, "timed_out");
      case "token":
        return session.closeWith("timed_out", `No login within ${pendingMs} ms: ${FIRST_LINE}`);
      case "refusal":
        if (state.form === "text") session.mode = "text";
        session.sendText(state.response);
        return session.closeWith("unauthenticated", state.message);
    }
  }

  /** @param canRead false before the TLS handshake is done, when the client could not read a message. */
  #refuse(session: Session, { message, retryAfterMs }: LimitReached, canRead = true): void {
    const { ip, port } = session;
    this.#refusedConnections.note({ event: "client_turned_away", ip, port, reason: "rate_limited", message });
    if (canRead) session.refuse("rate_limited", message, retryAfterMs);
    else drop(session, "rate_limited");
  }
}

/** Closes a connection without a message. */
function drop(session: Session, reason: CloseReason): void {
  session.close(reason);
  session.destroy();
}

/** Why a TLS handshake failed, for the operator. */
function describeHandshakeError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // The runtime's name for the most common mistake.
  if (message.includes("InvalidContentType")) return "the client did not speak TLS";
  // Alerts of RFC 8446, section 6.2, by which a client refuses the certificate.
  const alert = /fatal alert: ((?:Bad|Unsupported|Unknown)?Certificate\w*|UnknownCA)$/.exec(message)?.[1];
  if (alert !== undefined) {
    return `the client rejected the certificate (${alert}); run rankserver --check to see why`;
  }
  return visible(message, MAX_SHOWN_ERROR_LENGTH);
}

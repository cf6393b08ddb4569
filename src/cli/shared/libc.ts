// The few calls of the C library that the programs need and the runtime does not have (Linux, glibc): to adopt orphans, to
// read /proc, and to deal with signals. Without the library, the programs do without them.

const PR_SET_CHILD_SUBREAPER = 36;
const P_ALL = 0;
const WNOHANG = 1;
const WEXITED = 4;
/** Leaves the dead child for a later wait. */
const WNOWAIT = 0x0100_0000;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const SIG_IGN = 1n;
/** Numbers on Linux, for x86-64 and arm64 alike. */
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 } as const;
const SIGUSR1_NUMBER = 10;
/** glibc keeps the first real-time signals for itself. */
const GLIBC_SIGNALS = [32, 33];
const FIRST_REAL_TIME_SIGNAL = 34;
const LAST_REAL_TIME_SIGNAL = 64;
/** The number of rt_sigaction(2), and the size of the kernel's signal mask. */
const SYS_RT_SIGACTION = Deno.build.arch === "x86_64" ? 13n : 134n;
const MASK_BYTES = 8n;

/** Longer than siginfo_t (128) and struct sigaction (152) are. */
const STRUCT_BYTES = 256;
/** Of `si_pid` in siginfo_t, on 64-bit Linux. */
const SI_PID_OFFSET = 16;

const O_RDONLY = 0;
const READ_BYTES = 4 * 1024;
const ENTRIES_BYTES = 32 * 1024;
/** Of the length and the name in struct linux_dirent64. */
const RECLEN_OFFSET = 16;
const NAME_OFFSET = 19;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  waitid: { parameters: ["i32", "i32", "buffer", "i32"], result: "i32" },
  waitpid: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  dlsym: { parameters: ["pointer", "buffer"], result: "pointer" },
  signal: { parameters: ["i32", "pointer"], result: "pointer" },
  sigaction: { parameters: ["i32", "pointer", "buffer"], result: "i32" },
  syscall: { parameters: ["i64", "i64", "buffer", "buffer", "usize"], result: "i64" },
  getpgid: { parameters: ["i32"], result: "i32" },
} as const;

export type IgnorableSignal = keyof typeof SIGNAL_NUMBERS;
export type IgnoredSignals = ReadonlySet<IgnorableSignal>;

export class Libc {
  readonly #symbols: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

  private constructor(symbols: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"]) {
    this.#symbols = symbols;
  }

  /** Needs the permission `ffi`, for this call only. `undefined`: not Linux, or not glibc. */
  static open(): Libc | undefined {
    if (Deno.build.os !== "linux") return undefined;
    // Asking for it could make the runtime ask the user.
    if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return undefined;
    try {
      return new Libc(Deno.dlopen("libc.so.6", SYMBOLS).symbols);
    } catch {
      return undefined;
    }
  }

  /** From now on, orphans below this process become its children (prctl(2)). @returns whether the system can do that */
  adoptOrphans(): boolean {
    return this.#symbols.prctl(PR_SET_CHILD_SUBREAPER, 1n, 0n, 0n, 0n) === 0;
  }

  /**
   * Waits for the dead children that `isOwn` does not claim: the runtime waits for those that it has started, and must
   * not lose their exit codes.
   */
  reapOrphans(isOwn: (pid: number) => boolean): void {
    const info = new Uint8Array(STRUCT_BYTES);
    const pidOf = new DataView(info.buffer);
    for (;;) {
      info.fill(0);
      if (this.#symbols.waitid(P_ALL, 0, info, WEXITED | WNOHANG | WNOWAIT) !== 0) return;
      const pid = pidOf.getInt32(SI_PID_OFFSET, true);
      if (pid === 0 || isOwn(pid)) return;
      this.#symbols.waitpid(pid, new Uint8Array(STRUCT_BYTES), WNOHANG);
    }
  }

  /** The process numbers in /proc, which the runtime shows only to programs with all permissions. */
  listProcesses(): readonly number[] | undefined {
    return this.listNumbers("/proc");
  }

  /** The names in a directory that are numbers. `undefined`: it cannot be read. */
  listNumbers(path: string): readonly number[] | undefined {
    const folder = this.#symbols.open(encoder.encode(`${path}\0`), O_RDONLY);
    if (folder < 0) return undefined;
    try {
      return this.#numbersIn(folder);
    } finally {
      this.#symbols.close(folder);
    }
  }

  #numbersIn(folder: number): readonly number[] | undefined {
    const numbers: number[] = [];
    const bytes = new Uint8Array(ENTRIES_BYTES);
    const entries = new DataView(bytes.buffer);
    for (;;) {
      const length = Number(this.#symbols.getdents64(folder, bytes, BigInt(bytes.length)));
      if (length === 0) return numbers;
      if (length < 0) return undefined;
      for (let start = 0; start < length; start += entries.getUint16(start + RECLEN_OFFSET, true)) {
        const name = start + NAME_OFFSET;
        const text = decoder.decode(bytes.subarray(name, bytes.indexOf(0, name)));
        if (/^\d+$/.test(text)) numbers.push(Number(text));
      }
    }
  }

  /** "" if the file cannot be read. */
  readFile(path: string): string {
    const file = this.#symbols.open(encoder.encode(`${path}\0`), O_RDONLY);
    if (file < 0) return "";
    let text = "";
    const bytes = new Uint8Array(READ_BYTES);
    for (;;) {
      const length = Number(this.#symbols.read(file, bytes, BigInt(bytes.length)));
      if (length <= 0) break;
      text += decoder.decode(bytes.subarray(0, length));
    }
    this.#symbols.close(file);
    return text;
  }

  /** The process group of a process, dead or alive. `undefined`: there is no such process. */
  groupOf(pid: number): number | undefined {
    const group = this.#symbols.getpgid(pid);
    return group < 0 ? undefined : group;
  }

  /** Keeps a descriptor from the programs that this process starts. */
  closeOnExec(descriptor: number): void {
    this.#symbols.fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  }

  /**
   * Replaces the runtime's handler of SIGUSR1 by a function that takes a number and has no effect. If the signal were
   * ignored instead, the programs that this process starts would inherit that. @returns whether it could be done
   */
  discardUsr1(): boolean {
    const harmless = this.#harmlessHandler();
    if (harmless === null) return false;
    this.#symbols.signal(SIGUSR1_NUMBER, harmless);
    return true;
  }

  /** The same for the real-time signals, which the runtime cannot listen for. They end a process by default. */
  discardRealTimeSignals(): void {
    const harmless = this.#harmlessHandler();
    if (harmless === null) return;
    for (let number = FIRST_REAL_TIME_SIGNAL; number <= LAST_REAL_TIME_SIGNAL; number++) {
      this.#symbols.signal(number, harmless);
    }
    // glibc refuses to change the action of its own; to the kernel they are like any other.
    const { syscall } = this.#symbols;
    const action = new Uint8Array(STRUCT_BYTES);
    if (syscall(SYS_RT_SIGACTION, BigInt(FIRST_REAL_TIME_SIGNAL), null, action, MASK_BYTES) !== 0n) return;
    for (const number of GLIBC_SIGNALS) syscall(SYS_RT_SIGACTION, BigInt(number), action, null, MASK_BYTES);
  }

  #harmlessHandler(): Deno.PointerValue {
    return this.#symbols.dlsym(null, encoder.encode("abs\0"));
  }

  #isIgnored(signal: IgnorableSignal): boolean {
    const action = new Uint8Array(STRUCT_BYTES);
    if (this.#symbols.sigaction(SIGNAL_NUMBERS[signal], null, action) !== 0) return false;
    return new DataView(action.buffer).getBigUint64(0, true) === SIG_IGN;
  }

  /**
   * The signals that this process ignores, as `nohup` and shells without job control start their programs. To be asked
   * before the first listener for any signal: with it, the runtime sets handlers of its own.
   */
  ignoredSignals(): IgnoredSignals {
    const signals = Object.keys(SIGNAL_NUMBERS) as IgnorableSignal[];
    return new Set(signals.filter((signal) => this.#isIgnored(signal)));
  }
}

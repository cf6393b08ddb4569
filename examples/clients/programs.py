"""Runs programs for the commands that arrive, or sends one command: what `rankclient.py` is for, as a program.

    python3 programs.py HOST PORT                     take a seat and run PROGRAMS for the commands that arrive
    python3 programs.py HOST PORT COMMAND [ARG...]    send COMMAND to all clients below, as soon as there is one,
                                                      and exit with 0 if all of them executed it, 1 if not

With targets before COMMAND, only these clients receive it, as soon as they are connected: @2,3 by rank, @web-3 by
name, @ticket:12 by ticket, or @all for all clients below. RANK_TOKEN and RANK_CA, if set, are the token that the
server requires, and the file of the authority of its certificate: then TLS is used.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import ssl
import sys
from asyncio.subprocess import DEVNULL, PIPE
from typing import Any, Dict, List

from rankclient import Params, RankClient, Refused

TIMEOUT_S, TIMED_OUT = 30, 124  # a program's time limit, and its exit code after that, as with timeout(1)
MAX_OUTPUT_BYTES = 65536


def program(*argv: str):
    """A handler that runs a program without arguments of the sender, and without a shell."""

    async def run(args: List[str]) -> Params:
        if args:
            raise Refused(f'"{argv[0]}" takes no arguments here')
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, start_new_session=True)
        stdout, stderr = bytearray(), bytearray()
        ending = asyncio.gather(process.wait(), read(process.stdout, stdout), read(process.stderr, stderr))
        end: Params = {"code": TIMED_OUT, "timed_out": True}
        try:
            code, _, _ = await asyncio.wait_for(ending, TIMEOUT_S)
            end = {"code": code if code >= 0 else 128 - code}
        except asyncio.TimeoutError:
            pass
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)  # what it has left behind, too
            except ProcessLookupError:
                pass
        return {**end, "stdout": stdout.decode(errors="replace"), "stderr": stderr.decode(errors="replace")}

    return run


async def read(stream: Any, text: bytearray) -> None:
    while data := await stream.read(MAX_OUTPUT_BYTES):
        text += data[: MAX_OUTPUT_BYTES - len(text)]


PROGRAMS = {"uptime": program("uptime")}  # what this machine may run; every other command is refused


def read_targets(word: str) -> Dict[str, List[Any]]:
    targets: Dict[str, List[Any]] = {}
    for target in [] if word == "all" else word.split(","):
        if re.fullmatch("[0-9]+", target):
            targets.setdefault("to", []).append(int(target))
        elif re.fullmatch("ticket:[0-9]+", target):
            targets.setdefault("to_tickets", []).append(int(target[7:]))
        elif re.fullmatch("[0-9-]*", target):
            sys.exit(__doc__)  # no name looks like a range of ranks
        else:
            targets.setdefault("to_names", []).append(target)
    return targets


def say(text: str) -> None:
    print(repr(text)[1:-1], flush=True)  # text from other clients cannot control the terminal


async def main() -> None:
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    host, port, *command = sys.argv[1:]
    targets = read_targets(command.pop(0)[1:]) if command and command[0].startswith("@") else {}
    if targets and not command:
        sys.exit(__doc__)
    has_changed = asyncio.Event()  # the roster

    def on_event(method: str, params: Params) -> None:
        if method == "welcome":
            say(f"Rank {params['rank']} of {params['members']}")
        elif method == "promoted":
            say(f"Rank {params['rank']} of {params['members']}, promoted from {params['was']}")
        elif method == "execute":
            say(f"Rank {params['from']['rank']} commands: {' '.join([params['command'], *params['args']])}")
        elif method == "result":
            say(f"Rank {params['rank']}: {params['status']} {params.get('reason', '')}".rstrip())
            for line in (params.get("stdout", "") + params.get("stderr", "")).splitlines():
                say(f"  {line}")
        elif method == "roster_changed":
            has_changed.set()
        elif method == "disconnected":
            say(f"Disconnected: {params['message']}")

    ca, token = os.environ.get("RANK_CA"), os.environ.get("RANK_TOKEN")
    tls = ssl.create_default_context(cafile=ca) if ca else None
    async with RankClient(host, int(port), token=token, tls=tls, commands=PROGRAMS, on_event=on_event) as client:
        if not command:
            sys.exit(await client.closed())
        await client.request("watch", on=True)
        while True:
            has_changed.clear()
            try:
                summary = await client.run(*command, **targets)
                sys.exit(0 if summary["ok"] == summary["executors"] else 1)
            except Refused as error:
                if error.reason != "no_recipient":
                    sys.exit(f"Refused: {error}")
            await has_changed.wait()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except (ConnectionError, KeyboardInterrupt) as error:
        sys.exit(str(error))

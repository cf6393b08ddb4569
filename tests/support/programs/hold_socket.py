"""Holds a listening socket and passes it to a program, as systemd does for a socket unit.

Usage: hold_socket.py ADDRESS [COUNT] -- PROGRAM ARGUMENTS. It prints "holding PORT", and starts and stops PROGRAM
for each line "start" and "stop" on its standard input. For "wait", it waits for the end of PROGRAM, and the name of a
signal is sent to PROGRAM. At the end of its input, it kills PROGRAM and exits.
"""

import os
import signal
import socket
import sys

end = sys.argv.index("--")
address, count = sys.argv[1], int((sys.argv[2:end] or ["1"])[0])
family = socket.AF_UNIX if "/" in address else socket.AF_INET6 if ":" in address else socket.AF_INET
held = socket.socket(family)
held.bind(address if family == socket.AF_UNIX else (address, 0))
held.listen(100)
port = 0 if family == socket.AF_UNIX else held.getsockname()[1]
print("holding", port, flush=True)
child = 0


def finish(number):
    global child
    if child:
        if number:
            os.kill(child, number)
        _, status = os.waitpid(child, 0)
        child = 0
        print("exit code:", os.waitstatus_to_exitcode(status), flush=True)


for line in sys.stdin:
    if line.strip() == "stop":
        finish(signal.SIGTERM)
        continue
    if line.strip() == "wait":
        finish(None)
        continue
    if line.startswith("SIG"):
        os.kill(child, getattr(signal, line.strip()))
        continue
    child = os.fork()
    if child == 0:
        copies = [os.dup(held.fileno()) for _ in range(count)]
        for index, copy in enumerate(copies):
            os.dup2(copy, 3 + index, inheritable=True)
        os.environ.update(LISTEN_FDS=str(count), LISTEN_PID=str(os.getpid()))
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execvp(sys.argv[end + 1], sys.argv[end + 1:])
finish(signal.SIGKILL)

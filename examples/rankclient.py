"""A client for rankserver in a few lines: Python 3, standard library only.

    python3 rankclient.py HOST PORT                     take a seat and run PROGRAMS for the commands that arrive
    python3 rankclient.py HOST PORT COMMAND [ARG...]    send COMMAND to all clients below, as soon as there is one,
                                                        and exit with 0 if all of them executed it, 1 if not

With targets before COMMAND, only these clients receive it, as soon as they are connected: @2,3 by rank, @web-3 by
name, @ticket:12 by ticket, or @all for all clients below.
"""
import json, re, socket, subprocess, sys

PROGRAMS = {"uptime": ["uptime"]}  # what this machine may run; every other command is refused
TIMEOUT_S, TIMED_OUT = 30, 124  # a program's time limit, and its exit code after that, as with timeout(1)
NOT_ALLOWED, NO_RECIPIENT, METHOD_NOT_FOUND, FAILED = -32003, -32005, -32601, -32000

def read_targets(word):
    targets = {}
    for target in [] if word == "all" else word.split(","):
        if re.fullmatch("[0-9]+", target): targets.setdefault("to", []).append(int(target))
        elif re.fullmatch("ticket:[0-9]+", target): targets.setdefault("to_tickets", []).append(int(target[7:]))
        elif re.fullmatch("[0-9-]*", target): sys.exit(__doc__)  # no name looks like a range of ranks
        else: targets.setdefault("to_names", []).append(target)
    return targets

if len(sys.argv) < 3: sys.exit(__doc__)
host, port, *command = sys.argv[1:]
targets = read_targets(command.pop(0)[1:]) if command and command[0].startswith("@") else {}
if targets and not command: sys.exit(__doc__)
wire = socket.create_connection((host, int(port))).makefile("rw", encoding="utf-8", newline="\n")
is_waiting = False  # for a client to command

def say(text):
    print(repr(text)[1:-1], flush=True)  # text from other clients cannot control the terminal

def send(**message):
    wire.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    wire.flush()

def send_command():
    send(id="run", method="run", params={"command": command[0], "args": command[1:], **targets})

def execute(name, args):
    if name not in PROGRAMS: return {"error": {"code": NOT_ALLOWED, "message": f'"{name}" is not in PROGRAMS here'}}
    if args: return {"error": {"code": NOT_ALLOWED, "message": f'"{name}" takes no arguments here'}}
    try:
        done = subprocess.run(PROGRAMS[name], stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S)
        end = {"code": done.returncode}
    except subprocess.TimeoutExpired as error:
        done, end = error, {"code": TIMED_OUT, "timed_out": True}
    except OSError as error:
        return {"error": {"code": FAILED, "message": str(error)}}
    stdout, stderr = ((output or b"").decode(errors="replace") for output in (done.stdout, done.stderr))
    return {"result": {**end, "stdout": stdout, "stderr": stderr}}

for message in map(json.loads, wire):
    method, id, params = message.get("method"), message.get("id"), message.get("params")
    if method == "welcome":
        say(f"Rank {params['rank']} of {params['members']}")
        if command:
            send(id="watch", method="watch", params={"on": True})
            send_command()
    elif method == "promoted":
        say(f"Rank {params['rank']} of {params['members']}, promoted from {params['was']}")
    elif method == "execute":
        say(f"Rank {params['from']['rank']} commands: {' '.join([params['command'], *params['args']])}")
        answer = execute(params["command"], params["args"])
        if "id" in message: send(id=id, **answer)  # without an id no response is expected
    elif method == "result":
        say(f"Rank {params['rank']}: {params['status']} {params.get('reason', '')}".rstrip())
        for line in (params.get("stdout", "") + params.get("stderr", "")).splitlines(): say(f"  {line}")
    elif method == "roster_changed" and is_waiting:
        is_waiting = False
        send_command()
    elif method == "closing":
        sys.exit(f"Closing: {params['reason']}")
    elif method and "id" in message:
        send(id=id, error={"code": METHOD_NOT_FOUND, "message": f'Unknown method "{method}"'})
    elif id == "run" and "result" in message:
        sys.exit(0 if message["result"]["ok"] == message["result"]["executors"] else 1)
    elif id == "run" and message["error"]["code"] == NO_RECIPIENT:
        is_waiting = True
    elif id == "run":
        sys.exit(f"Refused: {message['error']['message']}")
sys.exit("The server ended the connection")

# Runs the services under systemd, and prints what a test expects, one fact a line. Usage: drive.sh RANKSERVER
set -e
rankserver=$1
state() { echo "$1: $(systemctl show "$2" -p ActiveState,SubState,StatusText,Result --value | sed '/^$/d' | sort | paste -sd ' ')"; }
edit() { mkdir -p "/etc/systemd/system/$1.d" && printf '%s\n' '[Service]' "${@:2}" >"/etc/systemd/system/$1.d/test.conf"; }
pid() { systemctl show rankserver -p MainPID --value; }
until_true() { for ((try = 0; try < 200; try++)); do "$@" && return; sleep 0.05; done; echo "never: $*"; return 1; }

python3 -c 'import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh", b"lo", 0x41))' # lo is up
cat >/etc/rankserver/server.toml <<END
host = "127.0.0.1"
port = 6001
commands = ["ping", "uptime"]
[session]
resume_grace_ms = 30_000
[journal]
file = "/var/lib/rankserver/journal.db"
[control]
socket = "/run/rankserver/control.sock"
END
printf '%s\n' 'host = "127.0.0.1"' '[run]' 'uptime = ["uptime"]' >/etc/rankclient/client.toml
(umask 077 && "$rankserver" --new-token worker --tokens-file /etc/rankserver/tokens.toml >/etc/rankclient/token 2>/dev/null)
sed -i 's|db.example|127.0.0.1|; s|/usr/local/bin/writer|/bin/sleep 1000|' /etc/systemd/system/rankclient-lead.service
credential='LoadCredential=tokens.toml:/etc/rankserver/tokens.toml'
edit rankserver.service WatchdogSec=3 "$credential" 'Environment=RANKSERVER_AUTH_TOKENS_FILE=%d/tokens.toml'
for client in worker lead; do
  edit rankclient-$client.service LoadCredential=token:/etc/rankclient/token 'Environment=RANKCLIENT_TOKEN_FILE=%d/token'
done
systemctl daemon-reload

systemctl start rankserver
state started rankserver
sed -n 's/^\(CapBnd\|NoNewPrivs\|Seccomp\):\s*/\1 /p' "/proc/$(pid)/status"

sed -i 's/"uptime"/"uptime", "date"/' /etc/rankserver/server.toml
systemctl reload rankserver
reloaded() { journalctl -u rankserver | grep -q 'Configuration reloaded' && [[ $(systemctl is-active rankserver) == active ]]; }
until_true reloaded
state reloaded rankserver

hung=$(pid)
kill -STOP "$hung"
# In this order: until systemd has noticed, the hung one is active.
restarted() { [[ ! $(pid) =~ ^(0|$hung)$ && $(systemctl is-active rankserver) == active ]]; }
until_true restarted
state "hung and restarted" rankserver

systemctl start rankclient-worker
state worker rankclient-worker
systemctl start rankclient-lead
state lead rankclient-lead
systemctl stop rankclient-worker rankclient-lead
state "worker stopped" rankclient-worker
state "lead stopped" rankclient-lead

systemctl stop rankserver
state stopped rankserver
systemctl start rankserver.socket
python3 - <<'END'
import socket, subprocess, threading

refused, ended = [], threading.Event()

def connect():
    while not ended.is_set():
        try:
            socket.create_connection(("127.0.0.1", 6001), 10).close()
        except OSError as error:
            refused.append(error)

thread = threading.Thread(target=connect)
thread.start()
subprocess.run(["systemctl", "restart", "rankserver"], check=True)
ended.set()
thread.join()
print("refused in a restart:", len(refused))
END
state "with its socket" rankserver
systemctl stop rankserver.socket rankserver

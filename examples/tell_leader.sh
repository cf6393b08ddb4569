#!/bin/sh
# Notifies a program that runs all the time: USR1 when its client becomes the leader, USR2 when it loses the lead.
#
#   rankclient HOST --lead -- examples/tell_leader.sh PIDFILE
#
# rankclient starts this script when it has rank 0, and stops it with TERM before another client may lead. If the program
# ends, so does this script, and the next client in line leads. By default USR1 and USR2 end a program, so it must handle
# both.
#
# If this script is killed, nothing sends USR2. So it writes its process ID to PIDFILE.teller before it sends USR1, and the
# program must check that this process runs before it acts as the leader.
pid=$(cat "$1") || exit 1
trap 'kill -USR2 "$pid"; exit 0' TERM
echo $$ > "$1.teller" || exit 1
kill -USR1 "$pid" || exit 1
while kill -0 "$pid" 2>/dev/null; do
  sleep 1 &
  wait $!
done
exit 1

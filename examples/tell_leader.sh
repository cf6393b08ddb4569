#!/bin/sh
# Tells a program that runs all the time whether it leads: USR1 when the lead is won, USR2 when it is lost.
#
#   rankclient HOST --lead -- examples/tell_leader.sh PIDFILE
#
# rankclient starts this script when it has rank 0, and stops it with TERM before another client may lead. If the program
# ends, so does this script, and the next client in line leads. By default USR1 and USR2 end a program, so it must handle both.
pid=$(cat "$1") || exit 1
trap 'kill -USR2 "$pid"; exit 0' TERM
kill -USR1 "$pid" || exit 1
while kill -0 "$pid" 2>/dev/null; do
  sleep 1 &
  wait $!
done
exit 1

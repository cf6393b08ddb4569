# A program under --lead that writes down when it begins and ends: sh program.sh FILE [MODE]
# Each line: what, ticket, nanoseconds since 1970, process id. An earlier one that is still there is an "overlap".
# MODE: "stubborn" ignores TERM, closes its input and has a child that does so, too.
file=$1
mode=$2
tell() {
  echo "$1 $RANK_TICKET $(date +%s%N) $$" >> "$file"
}
for pid in $(sed -n 's/^start [0-9]* [0-9]* \([0-9]*\)$/\1/p' "$file" | tail -n 8); do
  if tr '\0' '\n' 2> /dev/null < "/proc/$pid/cmdline" | grep -qxF "$file"; then
    echo "overlap $RANK_TICKET $(date +%s%N) $pid" >> "$file"
  fi
done
if [ "$mode" = stubborn ]; then
  trap '' TERM
  exec 0<&-
  sh -c 'trap "" TERM; while :; do sleep 5; done' "$file" &
  echo "child $RANK_TICKET 0 $!" >> "$file"
else
  trap 'tell stop; exit 0' TERM
  trap 'tell stop; exit 3' USR1
fi
tell start
while :; do
  sleep 5 &
  wait $!
done

# A program under --lead: sh program.sh FILE [MODE...]
# Its first act is to lock FILE.lock (flock(2)) through a descriptor that everything it starts inherits. So the kernel
# holds the lock for as long as anything of this program runs, and a lock that cannot be had is an "overlap".
# FILE gets one line for each event: what, ticket, nanoseconds since 1970, process id.
# MODE: "slow" takes a while to end on TERM; "stubborn" ignores TERM and closes its input; "family" has a child, and a
# grandchild with another environment, that ignore TERM; "outsider" leaves a zombie in its group, whose parent has left the group.
# "threads" and "hopping" are hard to see in /proc (hard_to_see.py) and ignore TERM.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
file=$1
hard_to_see=
shift
tell() {
  echo "$1 $RANK_TICKET $(date +%s%N) $2" >> "$file"
}
exec 9>> "$file.lock"
flock -n -E 75 9
case $? in
0) ;;
75)
  tell overlap $$
  for descriptor in /proc/[0-9]*/fd/9; do
    process=${descriptor#/proc/}
    process=${process%/fd/9}
    [ "$descriptor" -ef "$file.lock" ] && [ "$process" != $$ ] && tell holder "$process"
  done
  # Says how long it lasts, unless this one is stopped before that.
  flock 9 && tell alone $$
  ;;
*) tell unlocked $$ ;;
esac

trap 'tell stop $$; exit 0' TERM
trap 'tell stop $$; exit 3' USR1
trap 'tell usr2 $$' USR2
for mode; do
  case $mode in
  slow) trap 'tell term $$; sleep 0.1; tell stop $$; exit 0' TERM ;;
  stubborn)
    trap 'tell term $$' TERM
    exec 0<&-
    ;;
  family)
    sh -c 'trap "" TERM; env -i sleep 300 & while :; do sleep 5; done' &
    tell child $!
    ;;
  outsider)
    # The zombie is a child of what leaves the group by setsid, which waits for no child and does not hold the lock.
    sh -c 'sleep 0 & exec setsid sleep 300 9>&-' &
    tell outsider $!
    ;;
  threads | hopping) hard_to_see=$mode ;;
  esac
done
tell start $$
[ -z "$hard_to_see" ] || exec python3 "${0%/*}/hard_to_see.py" "$hard_to_see"
while :; do
  sleep 5 &
  wait $!
done

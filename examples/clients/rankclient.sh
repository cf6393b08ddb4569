#!/usr/bin/env bash
# A client for rankserver: Bash 4.2 or later and coreutils. It executes the commands that have a function:
#
#     source ./rankclient.sh
#     command_greet() { echo "Hello, $1"; }
#     command_uptime() { uptime; }
#     on_rank() { echo "rank $1" >&2; }
#     rank_client 127.0.0.1 6001 web1
#
# rank_client HOST PORT [NAME] returns 1 when the connection has ended; to reconnect, call it in a loop with a pause.
# Meanwhile it uses the traps EXIT and PIPE. A token in RANK_TOKEN is sent to a server that requires one. Without functions, every command is refused.
#
# What it lacks: TLS, so a token and all commands cross the network unencrypted; resuming its seat; sending commands. It
# executes one command at a time. Of its output, what is not ASCII becomes "?", and only 64 KiB are sent. It relies on the
# compact JSON of rankserver, in which no quotation mark inside a string stands without a backslash.

# Of a JSON string, without its quotation marks.
readonly RANK_STRING='([^"\\]|\\.)*'

# rank_member NAME PATTERN LINE: sets `member` to what PATTERN matches behind "NAME":. PATTERN may have groups.
rank_member() {
  local regex="\"$1\":($2)"
  [[ $3 =~ $regex ]] && member=${BASH_REMATCH[1]}
}

rank_send() { printf '{"jsonrpc":"2.0",%s}\n' "$1" >&"$rank_socket"; }

# rank_quote TEXT: sets `quoted` to a JSON string.
rank_quote() {
  local LC_ALL=C text=$1
  text=${text//[^[:print:]$'\n\t\r']/?}
  text=${text//\\/\\\\} text=${text//\"/\\\"} text=${text//$'\n'/\\n} text=${text//$'\t'/\\t}
  quoted="\"${text//$'\r'/\\r}\""
}

# rank_unquote TEXT: sets `unquoted` to what a JSON string means. Fails for NUL, which Bash cannot have in a string.
rank_unquote() {
  local rest=$1 char
  unquoted=
  while [[ $rest == *\\* ]]; do
    unquoted+=${rest%%\\*} rest=${rest#*\\}
    char=${rest:0:1} rest=${rest:1}
    case $char in
      n) char=$'\n' ;; t) char=$'\t' ;; r) char=$'\r' ;; b) char=$'\b' ;; f) char=$'\f' ;;
      u)
        [[ $rest != 0000* ]] || return 1
        printf -v char '%b' "\\u${rest:0:4}"
        rest=${rest:4}
        ;;
    esac
    unquoted+=$char
  done
  unquoted+=$rest
}

# rank_start LINE: starts the command of an `execute` in the background, with its output in files.
rank_start() {
  local member command list args=() unquoted
  rank_job_id=
  rank_member id '[0-9]+' "$1" && rank_job_id=$member
  rank_member command "\"$RANK_STRING\"" "$1" && command=${member:1:-1}
  rank_member args "\\[(\"$RANK_STRING\",?)*]" "$1" && list=${member:1:-1}
  if [[ ! $command =~ ^[a-zA-Z0-9_.-]+$ ]] || ! declare -F "command_$command" >/dev/null; then
    rank_answer '"error":{"code":-32003,"message":"unknown to this client"}'
    return
  fi
  local regex="^\"($RANK_STRING)\",?"
  while [[ $list =~ $regex ]]; do
    list=${list:${#BASH_REMATCH[0]}}
    rank_unquote "${BASH_REMATCH[1]}" || { rank_answer '"error":{"code":-32003,"message":"NUL in an argument"}'; return; }
    args+=("$unquoted")
  done
  set -m # a process group of its own, so that it can be killed with what it starts
  (
    trap - PIPE EXIT
    "command_$command" "${args[@]}"
  ) </dev/null >"$rank_files/stdout" 2>"$rank_files/stderr" {rank_socket}>&- &
  rank_job=$!
  set +m
}

# rank_answer MEMBERS: answers the `execute`, unless it was a notification.
rank_answer() { [[ -z $rank_job_id ]] || rank_send "\"id\":$rank_job_id,$1"; }

rank_kill() { [[ -z $rank_job ]] || kill -KILL -- "-$rank_job" 2>/dev/null; }

# Answers for a command that has ended.
rank_finish() {
  local code quoted stdout stderr LC_ALL=C
  wait "$rank_job"
  code=$?
  rank_job=
  # The dot keeps the line ends that $() would drop.
  { stdout=$(head -c 65536 "$rank_files/stdout" && echo .) stderr=$(head -c 65536 "$rank_files/stderr" && echo .); } 2>/dev/null
  rank_quote "${stdout%.}" && stdout=$quoted
  rank_quote "${stderr%.}" && stderr=$quoted
  rank_answer "\"result\":{\"code\":$code,\"stdout\":$stdout,\"stderr\":$stderr}"
}

# rank_take LINE: handles a message of the server. Fails when the connection is about to end.
rank_take() {
  local member method id
  rank_member id "\"$RANK_STRING\"|[0-9]+" "$1" && id=$member
  if ! rank_member method '"[a-z_]+"' "$1"; then
    [[ $id != '"hello"' || $1 != *'"error":'* || $1 == *'"waiting":true'* ]] || { echo "$1" >&2; return 1; }
    return 0
  fi
  method=${member:1:-1}
  case $method in
    welcome | promoted) rank_member rank '[0-9]+' "$1" && declare -F on_rank >/dev/null && on_rank "$member" ;;
    execute) waiting+=("$1") ;;
    cancel) [[ -z $rank_job || $id != "$rank_job_id" ]] || { rank_kill; rank_job_id=; } ;;
    closing) echo "$1" >&2 && return 1 ;;
    ping) rank_send "\"id\":$id,\"result\":{}" ;;
    *) [[ -z $id ]] || rank_send "\"id\":$id,\"error\":{\"code\":-32601,\"message\":\"unknown method\"}" ;;
  esac
  return 0
}

rank_client() {
  local quoted params line part='' waiting=()
  rank_job='' rank_job_id=''
  exec {rank_socket}<>"/dev/tcp/$1/$2" || return 1
  rank_files=$(mktemp -d) || return 1
  trap 'rank_kill; rm -rf "$rank_files"' EXIT
  trap '' PIPE # the server may be gone when something is sent
  rank_quote "${3:-bash}" && params="\"name\":$quoted"
  [[ -z ${RANK_TOKEN:-} ]] || { rank_quote "$RANK_TOKEN" && params+=",\"token\":$quoted"; }
  rank_send "\"id\":\"hello\",\"method\":\"hello\",\"params\":{$params}"
  while :; do
    # While a command is running, its end is looked for every 0.1 s.
    if IFS= read -r -u "$rank_socket" -t "${rank_job:+0.}1" line; then
      rank_take "$part$line" || break
      part=
    else
      (($? > 128)) || break
      part+=$line # of a line that has not arrived yet
    fi
    [[ -z $rank_job ]] || kill -0 "$rank_job" 2>/dev/null || rank_finish
    if [[ -z $rank_job ]] && ((${#waiting[@]} > 0)); then
      rank_start "${waiting[0]}"
      waiting=("${waiting[@]:1}")
    fi
  done
  rank_kill
  rm -rf "$rank_files"
  trap - EXIT PIPE
  exec {rank_socket}>&-
  return 1
}

# Started rather than sourced: executes nothing but `uptime`.
if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  command_uptime() { uptime; }
  on_rank() { echo "rank $1"; }
  rank_client "${1:?HOST}" "${2:?PORT}" "${3:-}"
fi

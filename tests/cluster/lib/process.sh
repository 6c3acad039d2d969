# Background processes of one cluster folder: DIR/pids/NAME holds "PID STARTTIME", DIR/NAME.log what it prints
# (NAME.log.1: what the one before it printed).
# The start time tells a process from a later one that was given the same PID.
# `here` is the folder tests/cluster.
# shellcheck shell=bash disable=SC2154

# EPOCHREALTIME follows the locale's decimal sign.
LC_ALL=C
# A pipe that nobody writes to: reading it with a timeout is a pause without a process.
exec {pause_fd}<> <(:)

pause() { # a short polling interval
  IFS= read -rt 0.05 -u "$pause_fd" || :
}

wait_until() { # wait_until SECONDS COMMAND...: polls until it succeeds; fails after SECONDS
  local deadline=$((${EPOCHREALTIME/./} + $1 * 1000000))
  shift
  until "$@"; do
    [ "${EPOCHREALTIME/./}" -lt "$deadline" ] || return 1
    pause
  done
}

start_time() { # start_time PID: in clock ticks since boot; fails when there is no such process, or only its zombie
  local stat fields
  IFS= read -r stat 2> /dev/null < "/proc/$1/stat" || return 1
  read -ra fields <<< "${stat##*) }"
  [ "${fields[0]}" != Z ] || return 1
  echo "${fields[19]}"
}

pid_of() { # pid_of DIR NAME: its PID; fails when it does not run
  local pid started now
  read -r pid started 2> /dev/null < "$1/pids/$2" || return 1
  now=$(start_time "$pid") && [ "$now" = "$started" ] && echo "$pid"
}

runs() { pid_of "$1" "$2" > /dev/null; }
gone() { ! runs "$1" "$2"; }

lock() { # lock DIR: held until unlock or the end of this process
  exec {lock_fd}> "$1/lock"
  flock "$lock_fd"
}

unlock() { exec {lock_fd}>&-; }

spawn() { # spawn DIR NAME COMMAND...: in a session of its own, so that no Ctrl-C reaches it
  local dir=$1 name=$2
  shift 2
  mkdir -p "$dir/pids"
  rm -f "$dir/pids/$name"
  [ ! -e "$dir/$name.log" ] || mv "$dir/$name.log" "$dir/$name.log.1"
  (
    # Recorded by the process itself, before it becomes COMMAND: there is no moment when it runs unrecorded.
    pid=$BASHPID
    echo "$pid $(start_time "$pid")" > "$dir/pids/$name"
    close_inherited
    exec setsid "$@"
  ) >> "$dir/$name.log" 2>&1 < /dev/null &
  wait_until 5 test -s "$dir/pids/$name"
}

close_inherited() { # locks and pipes of whoever called: a server would hold them for as long as it lives
  local fd
  for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    # 255 is bash's own and closes by itself.
    if [ "$fd" -gt 2 ] && [ "$fd" != 255 ]; then exec {fd}>&-; fi
  done
}

signal() { # signal DIR NAME SIGNAL
  local pid
  pid=$(pid_of "$1" "$2") && kill -s "$3" "$pid" 2> /dev/null
}

stop() { # stop DIR NAME...: one after the other; asks, and insists after 5 s (or `grace`)
  local dir=$1 name
  shift
  for name in "$@"; do
    if signal "$dir" "$name" TERM && ! wait_until "${grace:-5}" gone "$dir" "$name"; then signal "$dir" "$name" KILL || :; fi
    wait_until 5 gone "$dir" "$name" || { echo "$name does not end" >&2; return 1; }
    rm -f "$dir/pids/$name"
  done
}

guard() { # guard DIR PID NAME...: NAME... end when process PID ends, however it ends
  local dir=$1 owner=$2 started
  shift 2
  started=$(start_time "$owner") || fail "$dir" "there is no process $owner to die with"
  stop "$dir" guard
  spawn "$dir" guard "$here/lib/guard" "$dir" "$owner" "$started" "$@"
}

fail() { # fail DIR MESSAGE [NAME...]: the message with the ends of the logs of NAME...
  local dir=$1 name
  echo "cluster: $2" >&2
  shift 2
  for name in "$@"; do
    [ -s "$dir/$name.log" ] || continue
    echo "--- $dir/$name.log" >&2
    tail -n 8 "$dir/$name.log" | cut -c 1-400 >&2
  done
  exit 1
}

write_private() { # write_private FILE: standard input into FILE, readable by its owner only, never half written
  local part
  part=$(mktemp "$1.XXXXXX")
  cat > "$part"
  mv -f "$part" "$1"
}

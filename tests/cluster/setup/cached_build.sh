# What is built once, into the cache that checkouts share: its key is what it is made from, and a lock keeps two of them from building
# at once. `build DIR` of the script that sources this puts commands into DIR/bin.
# shellcheck shell=bash

readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/guildhall

say() { echo "set-up: $*" >&2; }

report() { # report WHAT PID LOG: a line now and then while PID builds
  local started=$SECONDS
  until timeout 15 tail --pid="$2" --sleep-interval=0.2 -f /dev/null; do
    say "building $1, $((SECONDS - started)) s: $(tail -n 1 "$3" | cut -c 1-100)"
  done
}

build_into() { # build_into TARGET NAME WHAT HOW_LONG
  local part log builder
  part=$(mktemp -d "$cache/$2.XXXXXX")
  log=$part/build.log
  say "building $3 once, $4, into $1"
  (build "$part") > "$log" 2>&1 &
  builder=$!
  report "$3" "$builder" "$log"
  wait "$builder" || {
    tail -n 20 "$log" >&2
    say "$3 cannot be built; the log is $log"
    exit 1
  }
  chmod 755 "$part"
  rm -rf "$1"
  mv -T "$part" "$1"
}

cached_build() { # cached_build NAME WHAT HOW_LONG KEY: prints the folder of its commands
  local name=$1 target=$cache/$1-$4
  if [ ! -e "$target/bin/$name" ]; then
    mkdir -p "$cache"
    exec 9> "$cache/$name.lock"
    flock --nonblock 9 || { say "waiting for another build of $2"; flock 9; }
    [ -e "$target/bin/$name" ] || build_into "$target" "$name" "$2" "$3" 9>&-
  fi
  echo "$target/bin"
}

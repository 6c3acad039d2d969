# Ports of one cluster folder: DIR/ports holds three numbers, for the API server, etcd's clients and etcd's peers.
# shellcheck shell=bash

# Below the range from which the kernel hands out ports, so that no outgoing connection is in the way.
readonly first_port=20000 port_count=12000

listening_ports() { # every TCP port that somebody listens on
  local hex
  while read -r hex; do echo "$((16#$hex))"; done < <(cat /proc/net/tcp /proc/net/tcp6 2> /dev/null | awk '$4 == "0A" { sub(/.*:/, "", $2); print $2 }')
}

free_ports() { # free_ports COUNT: free at this moment; starting has to cope with a rival all the same
  comm -23 <(shuf -i "$first_port-$((first_port + port_count - 1))" -n 200 | sort -u) <(listening_ports | sort -u) | shuf -n "$1"
}

choose_port() { free_ports 1; }
choose_ports() { free_ports 3 | tr '\n' ' ' > "$1/ports"; }

port_of() { # port_of DIR api|etcd|peer
  local api etcd peer
  read -r api etcd peer < "$1/ports"
  case $2 in
    api) echo "$api" ;;
    etcd) echo "$etcd" ;;
    peer) echo "$peer" ;;
  esac
}

server_url() { echo "https://127.0.0.1:$(port_of "$1" api)"; }

http() { # http METHOD PORT PATH [BODY]: the answer's body from 127.0.0.1; fails unless it is 200
  local body=${4:-} socket status line
  exec {socket}<> "/dev/tcp/127.0.0.1/$2" || return 1
  printf '%s %s HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s' "$1" "$3" "${#body}" "$body" >&"$socket"
  IFS= read -rt 5 -u "$socket" status || status=''
  while IFS= read -rt 5 -u "$socket" line && [ -n "${line%$'\r'}" ]; do :; done
  timeout 5 cat <&"$socket" || :
  exec {socket}>&-
  [[ $status == *" 200 "* ]]
}

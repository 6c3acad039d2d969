# The mail server of Guildhall in a folder DIR, mailpit: DIR/mail.ports holds two numbers, for SMTP and for its page and API.
# `here` is the folder tests/cluster.
# shellcheck shell=bash disable=SC2154

mail_port() { # mail_port DIR smtp|http
  local smtp http
  read -r smtp http < "$1/mail.ports"
  if [ "$2" = smtp ]; then echo "$smtp"; else echo "$http"; fi
}

mail_url() { echo "http://127.0.0.1:$(mail_port "$1" http)"; } # mail_url DIR: of its page, and the base of its API
smtp_url() { echo "smtp://127.0.0.1:$(mail_port "$1" smtp)"; }

mailpit_ready() { http GET "$(mail_port "$1" http)" /readyz > /dev/null 2>&1; }
mailpit_settled() { gone "$1" mailpit || mailpit_ready "$1"; }

start_mailpit() { # start_mailpit DIR: unless it runs
  local dir=$1 bin try
  bin=$("$here/setup/mailpit")
  for try in 1 2 3; do
    [ -s "$dir/mail.ports" ] || free_ports 2 | tr '\n' ' ' > "$dir/mail.ports"
    runs "$dir" mailpit || spawn_mailpit "$dir" "$bin"
    if wait_until 30 mailpit_settled "$dir" && runs "$dir" mailpit && mailpit_ready "$dir"; then return; fi
    runs "$dir" mailpit && fail "$dir" "mailpit is not ready after 30 s" mailpit
    grep -qi 'address already in use' "$dir/mailpit.log" || break
    rm -f "$dir/mail.ports"
  done
  fail "$dir" "mailpit does not start (try $try)" mailpit
}

spawn_mailpit() { # spawn_mailpit DIR BIN
  spawn "$1" mailpit "$2/mailpit" --listen "127.0.0.1:$(mail_port "$1" http)" --smtp "127.0.0.1:$(mail_port "$1" smtp)" \
    --database "$1/mails.db" --disable-version-check --smtp-disable-rdns --enable-chaos
}

# shellcheck shell=bash
# What the tests of logins stand on besides lib.sh: how a client logs in, and rows that run at the same time, each with what the upstream saw of it.

# An upstream with all methods, and without some for whom comes from 127.2.*, 127.3.*: see `row`.
METHODS_UP=(UsePAM=yes PubkeyAuthentication=yes PasswordAuthentication=yes KbdInteractiveAuthentication=yes)
PAM_UP=$T/pam
printf '%s\n' 'auth required pam_unix.so nodelay' 'account required pam_unix.so' 'password required pam_unix.so' > "$PAM_UP"
cat > "$T/match" <<'END'
Match Address 127.2.0.0/16
  KbdInteractiveAuthentication no
Match Address 127.3.0.0/16
  PasswordAuthentication no
Match Address 127.9.0.0/16
  PubkeyAuthentication no
END

TOP=$T
K=$T/keys  # private keys of clients, and their .pub
mkdir -p "$K"

# client_key NAME [SSH-KEYGEN-OPTION...]
client_key() { ssh-keygen -q -N '' -C "$1" -f "$K/$1" "${@:2}"; }

# with METHODS [KEY]: LOGIN becomes ssh's options to log in so. What is asked is answered by `password`.
with() {
  LOGIN=(-o "PreferredAuthentications=$1" -o PubkeyAuthentication=no)
  [ $# = 1 ] || LOGIN=(-o "PreferredAuthentications=$1" -o PubkeyAuthentication=yes -o IdentitiesOnly=yes -i "$K/$2")
}
# gets_in [HOST]: and is who he should be.
gets_in() { same "in by ${LOGIN[1]}" demo "$(ssh_to "${LOGIN[@]}" "${1:-proxy}" id -un < /dev/null 2> err || cat err)"; }
# keeps_out [PATTERN]: refused, in these words.
keeps_out() {
  refused "${LOGIN[@]}" proxy true
  says err "${1:-Permission denied}"
}

mkdir -p "$TOP/rows"
# apart NAME: from here on everything is in the directory $TOP/rows/NAME: configuration, log, answers.
apart() {
  T=$TOP/rows/$1 LOG=$TOP/rows/$1/handler.log
  export HOME=$T SSH_ASKPASS=$T/askpass
  mkdir "$T"
  cd "$T" || exit
  : > handler.log
  ln -s "$TOP/host_key" .
  cp "$TOP/known_hosts" .
  password "${PASSWORD:-}"
  write_ssh_config
}
# row NAME COMMAND [ARGUMENT...]: in the background, and apart. It meets the upstream as 127.$NET.0.NUMBER (`server` and the host `direct` see to
# it), so that the upstream's log tells the rows from each other.
ROWS=0
ROW_PIDS=()
row() {
  ROWS=$((ROWS + 1))
  ME=127.${NET:-1}.0.$ROWS
  TCP_PORT=$((3000 + ROWS))
  while [ "$(jobs -rp | wc -l)" -gt 24 ]; do wait -n || true; done
  (
    trap 'echo "FAILED: line $LINENO: $BASH_COMMAND" >&2; exit 1' ERR
    apart "$1"
    "${@:2}"
    touch finished
  ) > "$TOP/rows/$1.out" 2>&1 &
  ROW_PIDS+=($!)
}
# mine: the process id of this row's handler.
mine() { local pid; for pid in $(handlers); do ! grep -qzxF "$T/pysshrp.ini" "/proc/$pid/cmdline" 2> /dev/null || echo "$pid"; done; }
# together: waits for all rows and tells what went wrong in which.
together() {
  local out bad=0
  wait "${ROW_PIDS[@]}" || true
  cat "$TOP"/rows/*/handler.log >> "$LOG"
  for out in "$TOP"/rows/*.out; do
    [ ! -e "${out%.out}/finished" ] || continue
    bad=1
    echo "--- row $(basename "$out" .out)"
    cat "$out"
    tail -n 20 "${out%.out}/handler.log"
  done >&2
  [ $bad = 0 ] || fail 'rows, see above'
}

# What the upstream has seen of this row.
connections() { grep -c "^Connection from $ME port" "$UP/sshd.log" || true; }
logins() { grep -cE "^Accepted .* from $ME port" "$UP/sshd.log" || true; }
attempts() { grep -cE "^(Accepted|Failed|Partial|Postponed) [^ ]+ for .* from $ME port" "$UP/sshd.log" || true; }
# seen CONNECTIONS LOGINS [ATTEMPTS]
seen() {
  becomes "connections of the upstream from $ME" "$1" connections
  becomes 'logins upstream' "$2" logins
  [ $# = 2 ] || becomes 'attempts upstream' "$3" attempts
}
# becomes WHAT EXPECTED COMMAND: sshd answers before it logs.
becomes() {
  local deadline=$((SECONDS + 5 * PATIENCE))
  until [ "$($3)" = "$2" ] || [ $SECONDS -ge $deadline ]; do pause 0.1; done
  same "$1" "$2" "$($3)"
}

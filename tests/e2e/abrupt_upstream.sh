# shellcheck shell=bash
# An upstream that answers little and hangs up, see abrupt_upstream.py; sourced after lib.sh. `abrupt` is a host of ssh_config: itself.
ssh-keygen -q -t ed25519 -N '' -C '' -f "$T/upstream_key"
echo "[127.0.0.1]:$UP_PORT $(cat "$T/upstream_key.pub")" > "$T/known_upstream"
cat "$T/known_upstream" >> "$T/known_hosts"

# start_abrupt [ROLE...]: with an empty log, upstream.log.
start_abrupt() {
  : > "$T/upstream.log"
  /usr/bin/python3 -B "$SOURCE/tests/e2e/abrupt_upstream.py" "$UP_PORT" "$T/upstream_key" "$T/upstream.log" "$@" 2>> "$T/upstream.err" &
  ABRUPT=$!
  wait_until 'the upstream listens' listens "$UP_PORT"
}
stop_abrupt() {
  kill "$ABRUPT"
  wait "$ABRUPT" || true
  wait_until 'the upstream has gone' nobody_listens "$UP_PORT"
}
# abrupt_server [LINE...]: the section that routes `demo` there.
abrupt_server() {
  printf '%s\n' '[server main]' 'user = demo' 'upstream_host = 127.0.0.1' "upstream_port = $UP_PORT" "upstream_known_hosts = $T/known_upstream" "$@"
}

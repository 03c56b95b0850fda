# shellcheck shell=bash
# An upstream that is late, see late_upstream.py; sourced after lib.sh.
#   $T/home/www   the root that `late_server` tells the proxy        $T/seen   what the upstream has got
mkdir -p "$T/home/www"
ssh-keygen -q -t ed25519 -N '' -C '' -f "$T/upstream_key"
echo "[127.0.0.1]:$UP_PORT $(cat "$T/upstream_key.pub")" > "$T/known"
export PYTHONPATH=$SOURCE/tests/e2e PYTHONDONTWRITEBYTECODE=1

# late_server [LINE...]: the section that routes `demo` there.
late_server() {
  printf '%s\n' '[server main]' 'user = demo' 'upstream_host = 127.0.0.1' "upstream_port = $UP_PORT" "upstream_known_hosts = $T/known" \
    'upstream_root_path = www' "$@"
}
# start_late yes|no: with nothing seen yet.
start_late() {
  : > "$T/seen"
  /usr/bin/python3 "$SOURCE/tests/e2e/late_upstream.py" "$UP_PORT" "$T/upstream_key" "$T/home" "$T/seen" "$1" > "$T/upstream.log" 2>&1 &
  LATE=$!
  wait_until 'the upstream listens' listens "$UP_PORT"
}
stop_late() {
  kill "$LATE"
  wait "$LATE" || true
}

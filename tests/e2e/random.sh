# shellcheck shell=bash
# The random peers of tests/peer, with a configuration that gives them every right there is; sourced after lib.sh. RANDOM_PEER is the program.

# AddressSanitizer holds back what was freed, to see later uses of it, and is told how much, since the size of the handler counts.
export ASAN_OPTIONS=$ASAN_OPTIONS:exitcode=99:quarantine_size_mb=16 UBSAN_OPTIONS=$UBSAN_OPTIONS:exitcode=99 LSAN_OPTIONS=exitcode=99
# Without it freed memory is made to show.
[ "$BUILD" = Debug ] || export GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.perturb=90
[ "$BUILD" = Debug ] && MEMORY=${MEMORY:-262144} || MEMORY=${MEMORY:-98304}

echo "* $($RANDOM_PEER host-key)" > "$T/known_upstream"
configure 'login_grace_time = 60s' << END
[defaults]
upstream_known_hosts = $T/known_upstream
upstream_port = 2022
allow_ssh = yes
allow_forwarding = yes
allow_agent = yes
allow_x11 = yes
[server peer]
user = ^peer(?P<n>\d+)$
upstream_host = 127.0.0.\g<n>
[server jail]
user = ^jail(?P<n>\d+)$
upstream_host = 127.0.0.\g<n>
upstream_root_path = /srv
allow_ssh = no
sftp_log = yes
END
chown -R nobody "$T/reports"

# random_peer MODE OPTION...: as nobody, as the handlers are to run
random_peer() {
  setpriv --reuid=nobody --regid=nogroup --clear-groups "$RANDOM_PEER" "$1" --handler "$H" --config "$T/pysshrp.ini" --memory "$MEMORY" "${@:2}" 2>> "$LOG"
}

# replay: what to do about a failure
replay() { echo "to see one alone: RANDOM_PEER_ARGUMENTS='MODE --seed N --connection N [--minimise | --show]' ctest --preset ... -R random_messages -V"; }
if [ -n "${RANDOM_PEER_ARGUMENTS:-}" ]; then
  read -ra arguments <<< "$RANDOM_PEER_ARGUMENTS"
  random_peer "${arguments[@]}" || fail "the handler did wrong"
  exit 0
fi

# shellcheck shell=bash
# What the tests of forwarding stand on besides lib.sh and logins.sh: one connection that carries every kind of channel, and both ends of each.
# VIA=direct in the environment tries a test on the upstream itself, where nothing but what is said about the proxy's own log must differ.
VIA=${VIA:-proxy}
FAR_PORT=7001           # where forwards lead
DISPLAY_NUMBER=20       # of the client's X server, which is the same far end
FORWARDING_UP=(X11Forwarding=yes AllowAgentForwarding=yes AllowTcpForwarding=yes)
KINDS='local socks stdio remote drawn x11 agent'
unset DISPLAY XAUTHORITY

ends() { bounded /usr/bin/python3 "$SOURCE/tests/e2e/ends.py" "$@"; }

# start_far_end: what listens behind every forward; it writes what it has seen to $TOP/far.log.
start_far_end() {
  /usr/bin/python3 "$SOURCE/tests/e2e/ends.py" serve $FAR_PORT $((6000 + DISPLAY_NUMBER)) "$TOP/far.sock" gone:7002 reset:7003 > "$TOP/far.log" 2>&1 &
  wait_until 'the far end listens' grep -qs listening "$TOP/far.log"
}

# open_master [SSH-ARGUMENT...]: a connection in the background that `over` uses; what its ssh says is in $T/master.err.
open_master() {
  bounded ssh -F "$T/ssh_config" -S "$T/master" -o ControlMaster=yes -o ExitOnForwardFailure=yes -fN -E "$T/master.err" "$@" "$VIA" 2>> "$T/master.err" \
    || fail "no connection: $(cat "$T/master.err")"
}
over() { ssh_to -S "$T/master" -o ControlMaster=no -o ProxyCommand=false "$@"; }
close_master() {
  over -O exit "$VIA" 2> /dev/null || true
  wait_until 'the connection is closed' test ! -e "$T/master"
}

# open_all [SSH-ARGUMENT...]: a connection with every kind of forward, and a session which X11 and the agent belong to. The first port is $PORTS.
open_all() {
  PORTS=$((20000 + 20 * ${ROWS:-0}))
  DISPLAY=127.0.0.1:$DISPLAY_NUMBER open_master -Y -o "ForwardAgent=$TOP/far.sock" -L $PORTS:127.0.0.1:$FAR_PORT -D $((PORTS + 1)) \
    -R $((PORTS + 2)):127.0.0.1:$FAR_PORT -R 0:127.0.0.1:$FAR_PORT "$@"
  DISPLAY=127.0.0.1:$DISPLAY_NUMBER over -Y -A "$VIA" \
    'echo "$DISPLAY $(xauth list "$DISPLAY" | cut -d " " -f 5) $SSH_AUTH_SOCK"; exec sleep 1000' > "$T/session" 2> "$T/session.err" &
  wait_until "the session" grep -qs . "$T/session"
}
# address KIND: the near end of a forward of `open_all`, as ends.py wants it.
address() {
  local display cookie agent
  case $1 in
    local) echo "$PORTS" ;;
    socks) echo "socks:$((PORTS + 1)):$FAR_PORT" ;;
    stdio) echo "run:ssh -F $T/ssh_config -S $T/master -o ProxyCommand=false -W 127.0.0.1:$FAR_PORT $VIA" ;;
    remote) echo $((PORTS + 2)) ;;
    drawn) sed -n 's/^Allocated port \([0-9]*\) for.*/\1/p' "$T/master.err" ;;
    x11) read -r display cookie agent < "$T/session"; echo "x11:$((6000 + $(cut -d : -f 2 <<< "${display%.*}"))):$cookie" ;;
    agent) read -r display cookie agent < "$T/session"; echo "$agent" ;;
  esac
}
# both_ways KIND: how ends.py moves bytes both ways through it at the same time.
both_ways() { case $1 in x11 | agent) echo swap ;; *) echo exchange ;; esac; }

# shellcheck shell=bash
# What every end-to-end test stands on; sourced first. A test is a bash script named as the sentence it shows. It exits 0 when that holds, 77
# when it cannot be tried here (and says why), anything else when it does not hold.
#
# A test runs in mount, process and network namespaces of its own: every process in it dies with it, ports are free, and /run, where all its
# files are, vanishes. Nothing of a test reaches the machine or another test, so the names and numbers below can be fixed.
#   from CTest: HANDLER (the program), PASS_FD (pass_fd.cpp's), FETCH (fetch.cpp's), BROKEN_IN (broken_in.cpp's), REWORDED (reworded.cpp's), ENDLESS (endless.cpp's),
#   BUILD (Debug or Release)
set -eEuo pipefail

fail() { echo "FAILED: $*" >&2; exit 1; }
skip() { echo "skipped: $*"; exit 77; }

# What a machine may lack has its one rule here, by what the test and the files that it sources name.
test_text() {  # without comments
  local file
  for file in "$(realpath "$0")" $(sed -nE 's|^\. "\$\(dirname "\$0"\)/([a-z_]+\.sh)"$|\1|p' "$0" | grep -vx lib.sh); do
    [[ $file == /* ]] || file=$(dirname "$0")/$file
    sed 's/^ *#.*//' "$file"
  done
}
writable_cgroup2() { [ -w /sys/fs/cgroup/cgroup.procs ] || [ -w /sys/fs/cgroup/unified/cgroup.procs ]; }
skip_what_is_not_to_be_had() {
  local said name
  [ "$(id -u)" = 0 ] || skip 'needs root (namespaces, a real sshd)'
  said=$(unshare --mount --pid --fork --kill-child --mount-proc --net --ipc -- \
    sh -c 'ip link set lo up && mount -t tmpfs tmpfs /run && mount -t overlay -o lowerdir=/etc:/run overlay /run' 2>&1) ||
    skip "needs CAP_SYS_ADMIN and CAP_NET_ADMIN, for namespaces and mounts of its own (${said##*$'\n'})"
  for name in $(test_text | grep -oE 'machine\.sh|boot-systemd|\b(ansible|curl|dbclient|dropbear|fail2ban-regex|git|haproxy|lftp|mosh|needrestart|plink|rclone|rsync|sshfs|strace|valgrind|xauth|Xvfb|paramiko|pam_oath)\b' | sort -u); do
    case $name in
      *.sh | boot-systemd) writable_cgroup2 || skip 'needs a cgroup2 file system that can be written' ;;
      paramiko) /usr/bin/python3 -c 'import paramiko' 2> /dev/null || skip 'needs python3-paramiko (scripts/packages test)' ;;
      pam_oath) compgen -G "/usr/lib/*/security/pam_oath.so" > /dev/null || skip 'needs libpam-oath (scripts/packages test)' ;;
      *) [ -x "$(command -v "$name")" ] || skip "needs $name (scripts/packages test)" ;;
    esac
    [ "$name" != sshfs ] || [ -c /dev/fuse ] || skip 'needs /dev/fuse'
  done
}
if [ -z "${E2E_INSIDE:-}" ]; then
  skip_what_is_not_to_be_had
  E2E_INSIDE=yes exec unshare --mount --pid --fork --kill-child --mount-proc --net --ipc -- bash "$0" "$@"
fi
ip link set lo up
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/sshd /run/lock /run/pysshrp
(umask 027 && head -c 16 /dev/urandom > /run/pysshrp/startups && chgrp nogroup /run/pysshrp/startups)  # as units/pysshrp.tmpfiles.conf makes it

SOURCE=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
T=/run/e2e                  # the test's files
H=$T/pysshrp-handler        # a copy: readable by nobody wherever the build is, and its name tells this test's handlers
LOG=$T/handler.log          # what handlers write to their stderr
UP=$T/upstream              # the private sshd's directory, see scripts/upstream
HOME_UP=$UP/home            # home of `demo`, the account there
UP_PORT=2022 TCP_PORT=2222
UP_SESSION='^sshd(-session|-auth)?: demo'  # the upstream's processes for `demo`: OpenSSH 9.8 has given them a program of their own
ME=                         # address to meet the upstream with, see logins.sh
mkdir -p $T/reports
chmod 1777 $T/reports
install -m 755 "$HANDLER" $H
: > $LOG
cd $T

# With the eyes of this user root's --check would look, where the program is installed.
if grep -q '^pysshrp:' /etc/passwd; then
  grep -v '^pysshrp:' /etc/passwd > /run/passwd
  mount --bind /run/passwd /etc/passwd
fi

export ASAN_OPTIONS=log_path=$T/reports/asan TSAN_OPTIONS=log_path=$T/reports/tsan UBSAN_OPTIONS=log_path=$T/reports/ubsan:print_stacktrace=1
export SSH_ASKPASS=$T/askpass SSH_ASKPASS_REQUIRE=force LC_ALL=C.UTF-8 HOME=$T
unset SSH_AUTH_SOCK LANG

# libssh_since VERSION: the handler's libssh is of this version or later.
libssh_since() { printf '%s\n' "$1" "$($H --version | sed -n 's/^libssh \([0-9.]*\).*/\1/p')" | sort -CV; }

# Waits end what hangs, and say nothing about speed: where a machine is shared and slow, as that of continuous integration may be, each may take
# PATIENCE times as long.
export PATIENCE="${PATIENCE:-1}"

# Every command that talks to somebody goes through this: nothing hangs for longer than LIMIT seconds. (In the foreground it is the command alone
# that is ended: the group, to which a handler may belong, would get SIGCONT as well, and LeakSanitizer then waits for its SIGSTOP in vain.)
bounded() { timeout --foreground -k 5 $((PATIENCE * ${LIMIT:-60})) "$@"; }

timeout() {
  [ "$1" = --foreground ] || fail "bounded ends the command alone, timeout(1) its group: $*"
  command timeout "$@"
}

# pause SECONDS: without a process of its own, which on a busy machine costs more than what is waited for.
NOTHING=$T/nothing
mkfifo $NOTHING
pause() { read -rt "$1" <> $NOTHING || true; }

# wait_until WHAT COMMAND...: until the command succeeds. What lasts is looked at less often.
wait_until() {
  local what=$1 deadline=$((SECONDS + PATIENCE * ${LIMIT:-20})) looks=0
  shift
  until "$@"; do
    [ $SECONDS -lt $deadline ] || fail "waited in vain: $what"
    if ((looks++ < 8)); then pause 0.05; else pause 0.2; fi
  done
}

# same WHAT EXPECTED ACTUAL
same() { [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"; }

# says FILE PATTERN: a line of the file matches the extended regular expression.
says() { grep -qE -- "$2" "$1" || fail "$1 does not say '$2': $(head -c 2000 "$1")"; }
# says_not FILE PATTERN: there is such a file, and no line of it does.
says_not() {
  local status=0
  grep -qE -- "$2" "$1" || status=$?
  [ $status = 1 ] || fail "$1 says '$2', or cannot be searched: $(grep -E -- "$2" "$1" 2>&1 | head -3)"
}

# record PATTERN: the handler's log has, or soon gets, a line that matches.
record() { wait_until "record '$1'" grep -qE -- "$1" $LOG; }

processes() {  # the process ids of all processes of the program that live, and their names
  local exe name
  for exe in /proc/[0-9]*/exe; do
    [ "$exe" -ef $H ] || continue
    exe=${exe%/exe}
    read -r name 2>/dev/null < "$exe/comm" || continue
    echo "${exe#/proc/} $name"
  done
}
handlers() { processes | awk '$2 != "pysshrp-monitor" {print $1}'; }  # those that speak with a client
monitors() { processes | awk '$2 == "pysshrp-monitor" {print $1}'; }  # and those beside them, while it logs in
no_handler() { [ -z "$(processes)" ]; }
one_handler() { [ "$(handlers | wc -l)" = 1 ]; }

listens() { [ -n "$(ss -Hltn "sport = :$1")" ]; }  # listens PORT: somebody does
nobody_listens() { ! listens "$1"; }

# start_upstream [SSHD-OPTION...]: the private sshd on 127.0.0.1:$UP_PORT, whose own time for a login does not end before ours. PASSWORD is its
# account's.
start_upstream() {
  rm -f $UP/sshd.log
  "$SOURCE/scripts/upstream" $UP $UP_PORT "$@" LoginGraceTime=1000 > $T/upstream.log 2>&1 &
  UPSTREAM=$!
  wait_until "the upstream listens" grep -qs '^Server listening' $UP/sshd.log
  PASSWORD=$(cat $UP/password)
  cat $UP/known_hosts >> $T/known_hosts
  password "$PASSWORD"
}
stop_upstream() {
  kill -KILL "$UPSTREAM"
  wait "$UPSTREAM" 2>/dev/null || true
  wait_until "the upstream has gone" nobody_listens $UP_PORT  # unshare, which was killed, takes sshd with it, but does not wait for it
}

# password P...: what ssh answers when it is asked, one after the other, the last one for ever. $T/prompts has what it was asked.
password() {
  printf '%s\n' "$@" > $T/answers
  : > $T/prompts
  printf '#!/bin/sh\nprintf "%%s\\n" "$1" >> %s\nhead -n 1 %s\n[ "$(wc -l < %s)" -le 1 ] || sed -i 1d %s\n' $T/prompts $T/answers $T/answers $T/answers > $T/askpass
  chmod 755 $T/askpass
}

# keep FILE: root's, readable for the handler, as a key or configuration file is installed.
keep() { chown root:nogroup "$1"; chmod 640 "$1"; }

# configure [LINE-OF-PYSSHRP-SECTION...] < SERVERS
configure() {
  { printf '%s\n' '[pysshrp]' "key = $T/host_key" "$@"; cat; } > $T/pysshrp.ini
  keep $T/pysshrp.ini
}
# server [LINE...]: the section that routes `demo` to the private upstream.
server() {
  printf '%s\n' '[server main]' 'user = demo' 'upstream_host = 127.0.0.1' "upstream_port = $UP_PORT" "upstream_known_hosts = $UP/known_hosts" \
    ${ME:+"upstream_bind = $ME"} "$@"
}

# The clients: ssh, scp, sftp with `-F $T/ssh_config`, hosts `proxy` (a socket pair), `tcp` (see listen) and `direct` (the upstream itself).
write_ssh_config() {
  cat > $T/ssh_config <<END
Host proxy
  ProxyCommand $PASS_FD $LOG $H --config $T/pysshrp.ini
  ProxyUseFdpass yes
  HostKeyAlias pysshrp
Host tcp
  HostName 127.0.0.1
  Port $TCP_PORT
  HostKeyAlias pysshrp
Host direct
  HostName 127.0.0.1
  Port $UP_PORT
  ${ME:+BindAddress $ME}
Host *
  User demo
  UserKnownHostsFile $T/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  PreferredAuthentications password
  PubkeyAuthentication no
  NumberOfPasswordPrompts 1
END
}
ssh_to() { bounded ssh -F $T/ssh_config "$@"; }
proxy() { ssh_to proxy "$@"; }
direct() { ssh_to direct "$@"; }

# refused SSH-ARGUMENTS...: the connection fails, ssh says why in $T/err.
refused() {
  local status=0
  ssh_to "$@" < /dev/null > $T/out 2> $T/err || status=$?
  same "exit status of ssh $*" 255 $status
  same "output of ssh $*" '' "$(cat $T/out)"
}

# upstream_connections: how many connections the upstream has seen.
upstream_connections() { grep -c '^Connection from' $UP/sshd.log || true; }

# listen: handlers on 127.0.0.1:$TCP_PORT behind systemd-socket-activate, as nobody.
listen() { listen_with; }
# listen_with [NAME=VALUE...]: the same with more in the handlers' environment.
listen_with() {
  local set=() name
  for name in ASAN_OPTIONS UBSAN_OPTIONS "$@"; do set+=(-E "$name"); done
  setpriv --reuid=nobody --regid=nogroup --clear-groups systemd-socket-activate "${set[@]}" \
    --accept --inetd -l 127.0.0.1:$TCP_PORT $H --config $T/pysshrp.ini > $T/listener.log 2>> $LOG &
  wait_until "the proxy listens" grep -q "^Listening on 127.0.0.1:$TCP_PORT" $LOG
}

# as_direct SSH-ARGUMENTS...: through the proxy nothing differs from the direct connection: stdout, stderr, exit status.
as_direct() {
  local host status
  for host in direct proxy; do
    status=0
    ssh_to $host "$@" < "${INPUT:-/dev/null}" > $T/$host.out 2> $T/$host.err || status=$?
    echo $status > $T/$host.status
    sed -i 's/\r$//; s/Connection to [a-z0-9.]* closed/Connection closed/' $T/$host.err
  done
  for what in out err status; do
    cmp -s $T/direct.$what $T/proxy.$what || fail "ssh $*: $what differs: direct '$(head -c 300 $T/direct.$what)', proxy '$(head -c 300 $T/proxy.$what)'"
  done
}

# at_end STATUS: what a test does besides when it ends.
at_end() { :; }

finish() {
  local status=$?
  trap - EXIT ERR
  set +e
  at_end $status
  if [ $status = 0 ]; then
    # The sanitizers look for leaks at the end, and take their time on a busy machine.
    (LIMIT=$([ "$BUILD" = Debug ] && echo 20 || echo 5) wait_until "no handler is left behind" no_handler) || status=1
    ! grep -qF -- "${PASSWORD:-no password}" $LOG || { echo "FAILED: the password is in the log"; status=1; }
  fi
  if [ -n "$(ls $T/reports)" ]; then
    echo "FAILED: sanitizer report"
    cat $T/reports/*
    status=1
  fi
  if [ $status != 0 ] && [ $status != 77 ]; then
    for log in $LOG $UP/sshd.log $T/upstream.log $T/listener.log; do
      [ ! -s "$log" ] || { echo "--- $log"; tail -n 60 "$log"; }
    done
  fi
  exit $status
} >&2
trap 'finish' EXIT
trap 'echo "FAILED: line $LINENO: $BASH_COMMAND" >&2' ERR
trap 'exit 143' TERM INT

ssh-keygen -q -t ed25519 -N '' -C '' -f $T/host_key
keep $T/host_key
echo "pysshrp $(cat $T/host_key.pub)" > $T/known_hosts
write_ssh_config

# shellcheck shell=bash
# SFTP servers other than OpenSSH's, each as its project has it, over the files of this machine. Sourced first. They listen on
# $PEER_PORT, each on another one since connections of the one before may be left, as the account 54321: its name is demo, its password is
# PASSWORD, its login directory is $HOME_PEER.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PEER_PORT=2023
HOME_PEER=$T/peer/home
PASSWORD=peers-secret

# needs_peers: all of them are installed, or the test is skipped.
needs_peers() {
  local program module port
  for program in dropbear erl proftpd; do command -v "$program" > /dev/null || skip "needs $program"; done
  for module in asyncssh twisted.conch; do
    /usr/bin/python3 -W ignore -c "import $module" 2> /dev/null || skip "needs python3-${module%.conch}"
  done
  mkdir -p $HOME_PEER $T/peer/keys
  ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -C '' -f $T/peer/keys/ssh_host_rsa_key
  cp $T/peer/keys/ssh_host_rsa_key $T/peer/root_key  # ProFTPD's, who reads no other than root's
  dropbearkey -t ed25519 -f $T/peer/dropbear_key > $T/peer/dropbear_key.out
  for port in {2023..2030}; do
    printf '[127.0.0.1]:%s %s\n' "$port" "$(cat $T/peer/keys/ssh_host_rsa_key.pub)" "$port" "$(grep ^ssh- $T/peer/dropbear_key.out)"
  done > $T/peer_known_hosts
  cp "$SOURCE"/tests/e2e/*_server.py $T/peer/
  chown -R 54321:54321 $HOME_PEER $T/peer/keys
  chmod 755 $T/peer $T/peer/keys
  password "$PASSWORD"
}

# route_to_peer [LINE...]: the section that routes everybody there.
route_to_peer() {
  printf '%s\n' '[server peer]' 'user = demo' 'upstream_host = 127.0.0.1' "upstream_port = $PEER_PORT" "upstream_known_hosts = $T/peer_known_hosts" "$@"
}

as_peer() { (cd $HOME_PEER && HOME=$HOME_PEER exec setpriv --reuid=54321 --regid=54321 --clear-groups "$@"); }

proftpd_peer() {
  cat > $T/peer/proftpd.conf <<END
ServerType standalone
ServerName peer
DefaultAddress 127.0.0.1
Port $PEER_PORT
UseIPv6 off
User nobody
Group nogroup
ModulePath /usr/lib/proftpd
LoadModule mod_sftp.c
SFTPEngine on
SFTPHostKey $T/peer/root_key
SFTPLog $T/peer/sftp.log
SFTPAuthMethods password
AuthOrder mod_auth_file.c
AuthUserFile $T/peer/passwd
RequireValidShell off
WtmpLog off
ScoreboardFile $T/peer/scoreboard
PidFile $T/peer/proftpd.pid
<Directory />
  AllowOverwrite on
</Directory>
END
  printf 'demo:%s:54321:54321::%s:/bin/false\n' "$(openssl passwd -6 "$PASSWORD")" $HOME_PEER > $T/peer/passwd
  chmod 600 $T/peer/passwd
  proftpd --nodaemon --config $T/peer/proftpd.conf
}

# start_peer NAME: asyncssh, conch, erlang or proftpd, until stop_peer.
start_peer() {
  local started="[{user_passwords, [{\"demo\", \"$PASSWORD\"}]}, {system_dir, \"$T/peer/keys\"}, {shell, disabled}, {exec, disabled},
    {subsystems, [ssh_sftpd:subsystem_spec([{cwd, \"$HOME_PEER\"}])]}]"
  case $1 in
    asyncssh | conch) as_peer /usr/bin/python3 -W ignore -B "$T/peer/$1_server.py" $PEER_PORT $T/peer/keys/ssh_host_rsa_key "$PASSWORD" ;;
    erlang) as_peer erl -noinput -boot no_dot_erlang -eval "{ok, _} = application:ensure_all_started(ssh), {ok, _} = ssh:daemon({127,0,0,1}, $PEER_PORT, $started)." ;;
    proftpd) proftpd_peer ;;
  esac > $T/peer.log 2>&1 &
  PEER=$!
  LIMIT=40 wait_until "$1 listens" listens $PEER_PORT
}
stop_peer() {
  pkill -KILL -P "$PEER" || true  # of this test's namespace
  kill -KILL "$PEER" 2> /dev/null || true
  wait "$PEER" 2> /dev/null || true
  PEER_PORT=$((PEER_PORT + 1))
}

at_end() { [ "$1" = 0 ] || tail -n 20 $T/peer.log; }

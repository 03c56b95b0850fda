# shellcheck shell=bash
# OpenSSH's own tests (Debian's package openssh-tests) with a handler between their ssh and their sshd. Sourced after lib.sh.
REGRESS=$T/regress REGRESS_PORT=4242

prepare_regress() {
  cp -a /usr/lib/openssh/regress "$REGRESS"
  cat > "$REGRESS/through_the_proxy.sh" <<'END_OF_SCRIPT'
# Instead of a test of OpenSSH's: that test, with the handler in the configuration of each of its clients.
sed -i '/^proxycommand/d' $OBJ/ssh_proxy
for config in $OBJ/ssh_proxy $OBJ/ssh_config; do sed -i "s/Port.*/Port $TCP_PORT/" $config; done
cp $OBJ/authorized_keys_$USER $T/regress_authorized_keys
cp $OBJ/ssh-ed25519 $T/regress_key
chown root:nogroup $T/regress_key $T/regress_authorized_keys
chmod 640 $T/regress_key $T/regress_authorized_keys
echo "[127.0.0.1]:$PORT $(cat $OBJ/ssh-ed25519.pub)" > $T/regress_known_hosts
grep -q start_sshd $OBJ/$TESTED.sh || start_sshd
. $OBJ/$TESTED.sh
END_OF_SCRIPT
  configure "key = $T/regress_key" 'max_channels = 300' <<END_OF_CONFIGURATION
[server regress]
user = root
upstream_host = 127.0.0.1
upstream_port = $REGRESS_PORT
upstream_known_hosts = $T/regress_known_hosts
authorized_keys = $T/regress_authorized_keys
upstream_key = $T/regress_key
END_OF_CONFIGURATION
  sed -i "\|^key = $T/host_key|d" "$T/pysshrp.ini"
  keep "$T/pysshrp.ini"
  listen
}

# regress TEST...: each of them passes, and has gone through the proxy.
regress() {
  local test before
  for test in "$@"; do
    before=$(grep -c 'Accepted publickey for root' "$LOG" || true)
    (
      cd "$REGRESS"
      export TESTED=$test T TCP_PORT USER=root LOGNAME=root TEST_SHELL=sh TEST_SSH_SSH=ssh TEST_SSH_PORT=$REGRESS_PORT OBJ=$REGRESS BUILDDIR=$REGRESS
      export TEST_SSH_SSHD_SESSION=/usr/lib/openssh/sshd-session TEST_SSH_SSHD_AUTH=/usr/lib/openssh/sshd-auth  # from OpenSSH 9.8 on
      export TEST_SSH_SFTPSERVER=/usr/lib/openssh/sftp-server TEST_SSH_UNSAFE_PERMISSIONS=1
      LIMIT=${LIMIT:-150} bounded sh ./test-exec.sh "$REGRESS" "$REGRESS/through_the_proxy.sh"
    ) < /dev/zero > "$T/$test.out" 2>&1 || { tail -n 20 "$REGRESS/failed-regress.log"; fail "$test: $(tail -n 5 "$T/$test.out")"; }
    same "$test has gone through the proxy" more "$([ "$(grep -c 'Accepted publickey for root' "$LOG")" -gt "$before" ] && echo more)"
  done
}

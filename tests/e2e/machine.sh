# shellcheck shell=bash
# A booted systemd with the units as they are shipped and the private sshd, for the tests that need one; sourced after lib.sh. $T/shared is
# /opt/t inside.
boot() { bounded "$SOURCE/tests/boot-systemd" "$@"; }
inside() { boot run "$T/machine" "$@"; }
client() { inside env SSH_ASKPASS=/opt/t/askpass SSH_ASKPASS_REQUIRE=force ssh -F /opt/t/ssh_config tcp "$@"; }
journal() { inside journalctl --no-pager -q -o cat "$@"; }
records_with() { { journal "$@" || true; } | wc -l; }  # how many; journalctl fails where there is none
no_instance() { local units; units=$(inside systemctl --no-legend --all list-units 'pysshrp@*') && [ -z "$units" ]; }

# What the units directory becomes inside; more can be put there before start_machine.
mkdir -p units/root/usr/libexec/pysshrp units/root/usr/lib/sysusers.d units/root/usr/lib/tmpfiles.d units/root/etc/pysshrp shared
cp "$SOURCE"/units/pysshrp.socket "$SOURCE"/units/pysshrp@.service "$SOURCE"/units/pysshrp.slice units/
cp "$SOURCE"/units/pysshrp.sysusers.conf units/root/usr/lib/sysusers.d/pysshrp.conf
cp "$SOURCE"/units/pysshrp.tmpfiles.conf units/root/usr/lib/tmpfiles.d/pysshrp.conf
install -m 755 "$HANDLER" units/root/usr/libexec/pysshrp/pysshrp-handler
if [ "$BUILD" = Debug ]; then  # what the sanitizers need and no handler does
  mkdir units/pysshrp@.service.d
  printf '%s\n' '[Service]' 'Environment=ASAN_OPTIONS=detect_leaks=0' 'SystemCallFilter=' 'MemoryMax=infinity' 'MemoryHigh=infinity' > units/pysshrp@.service.d/sanitizers.conf
fi
cp "$SOURCE/scripts/upstream" shared/
cat > units/root/etc/pysshrp/pysshrp.ini <<END_OF_INI
[server main]
user = demo
upstream_host = 127.0.0.1
upstream_port = $UP_PORT
END_OF_INI
cp host_key units/root/etc/pysshrp/ssh_host_ed25519_key

at_end() {
  [ "$1" = 0 ] || inside journalctl --no-pager -n 100
  boot stop "$T/machine"
}

# start_machine [SSHD-OPTION...]: the socket listens, and `client` gets to the sshd through it.
start_machine() {
  LIMIT=90 boot start "$T/machine" units shared
  LIMIT=5000 inside /opt/t/upstream /opt/t/up "$UP_PORT" "$@" > upstream.log 2>&1 &
  wait_until 'the upstream listens' grep -qs '^Server listening' shared/up/sshd.log
  PASSWORD=$(cat shared/up/password)
  inside cp /opt/t/up/known_hosts /etc/pysshrp/known_hosts
  inside chgrp -R pysshrp /etc/pysshrp
  inside systemctl start pysshrp.socket
  cp ssh_config known_hosts shared/
  sed -i "s|$T|/opt/t|g" shared/ssh_config
  printf '#!/bin/sh\ncat /opt/t/up/password\n' > shared/askpass
  chmod 755 shared/askpass
}

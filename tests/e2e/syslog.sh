# shellcheck shell=bash
# A /dev of our own, with a syslog socket that writes down what it gets, in $LOG from now on; sourced after lib.sh.
mkdir dev
mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty; do
  touch dev/$node
  mount --bind /dev/$node dev/$node
done
mkdir dev/pts dev/shm
mount --bind /dev/pts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount --rbind dev /dev
LOG=$T/syslog
: > "$LOG"
python3 -c '
import socket, sys
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("/dev/log")
while True: print(log.recv(65536).decode(errors="replace"), file=open(sys.argv[1], "a"))' "$LOG" &
wait_until 'syslog listens' test -S /dev/log
chmod 666 /dev/log

# listen_by_inetd PORT: handlers on 127.0.0.1:PORT behind inetd, as nobody.
listen_by_inetd() {
  echo "127.0.0.1:$1 stream tcp4 nowait.200 nobody:nogroup $H pysshrp-handler --config $T/pysshrp.ini" > inetd.conf
  /usr/sbin/inetd -i "$T/inetd.conf" > listener.log 2>&1 &
  wait_until 'inetd listens' connects "$1"
}
connects() { (: < "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

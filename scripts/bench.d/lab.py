"""The throw-away world of a run: account, servers, client configuration, and the ways into it."""
import contextlib
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import counts
import logins
from listener import Daemon, Elsewhere, Listener
from ways import Trouble, Way

KEX = "curve25519-sha256"
HANDLER_USER = "nobody"
ENDPOINT_PATIENCE = 120  # seconds
MOST_KEYS = 11000  # nearly the 1 MiB that is read
INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

SSHD_CONFIG = """\
HostKey {work}/sshd_key
AllowUsers {account}
UsePAM yes
PasswordAuthentication yes
KbdInteractiveAuthentication yes
PubkeyAuthentication yes
AuthorizedKeysFile {work}/upstream_key.pub
StrictModes no
UseDNS no
PrintMotd no
PrintLastLog no
PermitUserRC no
KexAlgorithms {kex}
LogLevel ERROR
PidFile none
AcceptEnv BENCH_*
Subsystem sftp /usr/lib/openssh/sftp-server
"""

PROXY_CONFIG = """\
[pysshrp]
key = {work}/proxy_key
level = warning
ciphers = {cipher}
kex_algorithms = {kex}

[server bench]
user = {account}
upstream_host = 127.0.0.1
upstream_port = {port}
upstream_host_key = {fingerprint}
"""

# The account's own ssh goes on to the sshd behind, with whatever the client asks for.
FORCED_CONFIG = """\
ForceCommand exec ssh -T -F {work}/ssh_config.forced behind "$SSH_ORIGINAL_COMMAND"
"""
FORCED_SSH_CONFIG = """\
Host behind
  HostName 127.0.0.1
  Port {behind}
  HostKeyAlias sshd
  KexAlgorithms {kex}
  Ciphers {cipher}
  IdentityFile {work}/forced_key
  StrictHostKeyChecking yes
  UserKnownHostsFile {work}/known_hosts
  LogLevel ERROR
"""

HAPROXY = "/usr/sbin/haproxy"
HAPROXY_CONFIG = """\
global
  nbthread 1
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
listen bench
  bind 127.0.0.1:{haproxy}
  server behind 127.0.0.1:{behind}
"""

# The same account, whose keys are looked up at the upstream. Where there is such a server every user is offered publickey.
KEYED_CONFIG = """\

[server keyed]
user = keyed
upstream_user = {account}
upstream_host = 127.0.0.1
upstream_port = {port}
upstream_host_key = {fingerprint}
upstream_key = {work}/upstream_key
upstream_authorized_keys = {work}/upstream_key.pub
"""

ENDPOINT_SSH_CONFIG = """\
Host {name}
  HostName {host}
  Port {port}
  StrictHostKeyChecking no
  UserKnownHostsFile {work}/known_hosts.{name}
"""

# The same account, where each key is looked up in a file here: nobody is told that his would do before it is known.
FILED_CONFIG = """\

[server filed]
user = filed
upstream_user = {account}
upstream_host = 127.0.0.1
upstream_port = {port}
upstream_host_key = {fingerprint}
authorized_keys = {work}/upstream_key.pub
"""

# The same among 5,000 patterns, of which the last one is somebody's, and with as many keys as a file may have.
MANY_CONFIG = """\

[server exact]
user = exact
upstream_user = {account}
upstream_host = 127.0.0.1
upstream_port = {port}
upstream_host_key = {fingerprint}
authorized_keys = {work}/many_keys
""" + "".join(f"[server p{number}]\nuser = ^p{number}x(?P<id>\\d+)$\nupstream_host = 127.0.0.1\n" for number in range(4999)) + """
[server last]
user = ^last(?P<id>\\d+)$
upstream_user = {account}
upstream_host = 127.0.0.1
upstream_port = {port}
upstream_host_key = {fingerprint}
authorized_keys = {work}/many_keys
"""

# Users of the same account who are held to a root, which holds the account's home: nobody here makes use of that.
JAILS = ("follow", "inside")
JAIL_CONFIG = """\

[server {name}]
user = {name}
upstream_user = {account}
upstream_host = 127.0.0.1
upstream_port = {port}
upstream_host_key = {fingerprint}
upstream_root_path = {work}
upstream_sftp = internal
sftp_symlinks = {name}
allow_ssh = yes
"""

SSH_CONFIG = """\
Host direct
  Port {direct}
Host middle
  Port {middle}
Host jump
  Port {behind}
  ProxyJump middle
Host forced
  Port {forced}
Host haproxy
  Port {haproxy}
Host counted
  Port {counted}
  HostKeyAlias proxy
{endpoints}Host proxy
  Port {proxy}
  HostKeyAlias proxy
Host follow
  User follow
Host inside
  User inside
Host follow inside
  Port {proxy}
  HostKeyAlias proxy
Host *
  HostName 127.0.0.1
  HostKeyAlias sshd
  User {account}
  KexAlgorithms {kex}
  Ciphers {cipher}
  PreferredAuthentications password
  NumberOfPasswordPrompts 1
  StrictHostKeyChecking yes
  UserKnownHostsFile {work}/known_hosts
  GlobalKnownHostsFile /dev/null
  ControlPath none
  IdentityAgent none
  LogLevel ERROR
"""


class World:
    """Names and files that the rows need. `source` has what is sent, `home` is the account's, `received` is for downloads."""

    def __init__(self, work, account, password):
        self.work, self.account = work, account
        self.source, self.home, self.received = work / "source", work / "home", work / "received"
        self.client_log = open(work / "clients.log", "ab")
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(work), "SSH_ASKPASS": str(work / "askpass"),
                            "SSH_ASKPASS_REQUIRE": "force", "BENCH_PASSWORD": password}

    def ssh_config(self, cipher):
        return str(self.work / f"ssh_config.{cipher}")


def build(stack, handler, ciphers, amounts, endpoints):
    """The ways by their names. What they need lives until `stack` is closed. `endpoints` are {name: (host, port)}."""
    work = _make_work_directory(stack, amounts)
    password = secrets.token_urlsafe(12)
    world = World(work, _make_account(stack, work, password), password)
    stack.push(_show_logs(work))
    _make_files(world, amounts)
    facts = {"work": work, "account": world.account, "kex": KEX, "fingerprint": _make_keys(work, world.account)}
    fronts = _start_servers(stack, work, handler, ciphers, facts, amounts)
    fronts.update({name: dict.fromkeys(ciphers, Elsewhere(*place)) for name, place in endpoints.items()})
    for cipher in ciphers:
        ports = {name: front[cipher].port for name, front in fronts.items() if cipher in front}
        more = "".join(ENDPOINT_SSH_CONFIG.format(name=name, host=host, port=port, work=work) for name, (host, port) in endpoints.items())
        _write(world.ssh_config(cipher), SSH_CONFIG.format(**{"counted": 1, "forced": 1, "haproxy": 1, **facts, **ports}, cipher=cipher, endpoints=more))
    stack.callback(_ignore_interrupts)  # runs first: the cleaning is not to be stopped half-way
    ways = [Way("direct", "direct", fronts["direct"], world, runs_command=True), Way("ssh -J", "jump", fronts["middle"], world),
            *(Way(name, name, fronts[name], world) for name in ("forced", "haproxy", *endpoints) if name in fronts),
            Way("counted", "counted", fronts["counted"], world),
            Way("proxy", "proxy", fronts["proxy"], world), *(Way(name, name, fronts["proxy"], world, root=work) for name in JAILS),
            Way("known", "proxy", fronts["logins"], world), Way("keyed", "proxy", fronts["logins"], world, user="keyed"),
            Way("stranger", "proxy", fronts["logins"], world, user="stranger"),
            Way("filed", "proxy", fronts["files"], world, user="filed"), Way("stranger there", "proxy", fronts["files"], world, user="stranger"),
            *(Way(f"{user} of many", "proxy", fronts["many"], world, user=user) for user in ("exact", "last7", "stranger"))]
    _wait_for_endpoints([way for way in ways if way.name in endpoints], fronts["behind"][ciphers[0]].port, world, password)
    return {**{way.name: way for way in ways}, **counts.ways(stack, work / "handler", work)}


def _wait_for_endpoints(ways, port, world, password):
    """They are to lead to the sshd behind, whose account is made up in each run: told here, and then tried until it works."""
    if ways:
        (world.work / "password").touch(mode=0o600)
        _write(world.work / "password", password + "\n")
        print(f"endpoints must lead {world.account}, whose password is in {world.work}/password, to 127.0.0.1:{port}", flush=True)
    for way in ways:
        until = time.monotonic() + ENDPOINT_PATIENCE
        while True:
            try:
                with way.ssh("true", next(iter(way.ciphers()))):
                    break
            except Trouble:
                if time.monotonic() > until:
                    raise
                time.sleep(1)


def _start_servers(stack, work, handler, ciphers, facts, amounts):
    """{server: {cipher: listener}}. `behind` is the sshd that ssh -J and the proxy lead to, so that `direct` counts direct connections only."""
    def listen(argv, name, user=None, environment=()):
        listener = Listener(argv, work / f"{name}.log", user, environment)
        stack.callback(listener.close)
        return listener

    os.makedirs("/run/sshd", exist_ok=True)  # sshd insists on it; it is left, others may be using it by then
    _write(work / "sshd_config", SSHD_CONFIG.format(**facts))
    sshd = ["/usr/sbin/sshd", "-i", "-e", "-f", str(work / "sshd_config")]
    fronts = {name: dict.fromkeys(ciphers, listen(sshd, name)) for name in ("direct", "middle", "behind")}
    if amounts.references:
        fronts.update(_start_references(stack, work, ciphers, facts, fronts["behind"][ciphers[0]].port, listen))
    copy = shutil.copy(handler, work / "handler")  # where its user may reach it, and no rebuild changes it meanwhile

    def proxy(name, cipher, more="", before=(), **facts_here):
        config = work / f"{name}.{cipher}.ini"
        facts_here = {**facts, "cipher": cipher, **facts_here}
        jails = (JAIL_CONFIG.format(**facts_here, name=jail) for jail in JAILS)
        _write(config, "".join([PROXY_CONFIG.format(**facts_here), *jails, more.format(**facts_here)]))
        return listen([*before, str(copy), *counts.unfiltered(before), "--config", str(config)], name, HANDLER_USER, counts.unit_environment())

    fronts["proxy"] = {cipher: proxy("proxy", cipher, port=fronts["behind"][cipher].port) for cipher in ciphers}
    fronts["counted"] = {ciphers[0]: proxy("counted", ciphers[0], before=counts.callgrind(work), port=fronts["behind"][ciphers[0]].port)}
    fronts["logins"] = {logins.CIPHER: proxy("logins", logins.CIPHER, KEYED_CONFIG, kex=f"{logins.KEX},{KEX}",
                                             port=fronts["behind"][ciphers[0]].port)}
    fronts["files"] = {logins.CIPHER: proxy("files", logins.CIPHER, FILED_CONFIG, kex=f"{logins.KEX},{KEX}",
                                            port=fronts["behind"][ciphers[0]].port)}
    fronts["many"] = {logins.CIPHER: proxy("many", logins.CIPHER, MANY_CONFIG, kex=f"{logins.KEX},{KEX}",
                                           port=fronts["behind"][ciphers[0]].port)}
    return fronts


def _start_references(stack, work, ciphers, facts, behind, listen):
    """What else can stand before a server: its own sshd that runs ssh, and a proxy that does not read what it carries."""
    fronts = {"forced": {}}
    for cipher in ciphers:
        config = work / f"sshd_config.forced.{cipher}"
        _write(config, SSHD_CONFIG.format(**facts) + FORCED_CONFIG.format(work=work).replace("ssh_config.forced", f"ssh_config.forced.{cipher}"))
        _write(work / f"ssh_config.forced.{cipher}", FORCED_SSH_CONFIG.format(**facts, behind=behind, cipher=cipher))
        fronts["forced"][cipher] = listen(["/usr/sbin/sshd", "-i", "-e", "-f", str(config)], "forced")
    if os.access(HAPROXY, os.X_OK):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        _write(work / "haproxy.cfg", HAPROXY_CONFIG.format(haproxy=port, behind=behind))
        daemon = Daemon([HAPROXY, "-db", "-f", str(work / "haproxy.cfg")], port, open(work / "haproxy.log", "ab"))
        stack.callback(daemon.close)
        fronts["haproxy"] = dict.fromkeys(ciphers, daemon)
    return fronts


def _make_work_directory(stack, amounts):
    """In memory if possible, so that sftp does not measure a disk."""
    for place in ("/dev/shm", tempfile.gettempdir()):
        usable = os.path.isdir(place) and not os.statvfs(place).f_flag & os.ST_NOEXEC
        if usable and shutil.disk_usage(place).free > 4 * amounts.bulk_mib << 20:
            work = pathlib.Path(tempfile.mkdtemp(prefix="pysshrp-bench-", dir=place))
            stack.callback(shutil.rmtree, work)
            work.chmod(0o711)
            return work
    raise Trouble("neither /dev/shm nor the temporary directory has room and may hold programs")


def _make_account(stack, work, password):
    account = f"pysshrpbench{os.getpid()}"
    with _uninterrupted():  # a useradd that is killed leaves its locks, or an account nobody removes
        _run("useradd", "-M", "-N", "-s", "/bin/bash", "-d", str(work / "home"), account)
        stack.callback(_run, "userdel", "-f", account)
    # A cheap hash: checking the password is the same work for every way and would only hide what differs.
    _run("chpasswd", "-c", "SHA256", "-s", "1000", feed=f"{account}:{password}\n")
    return account


def _make_files(world, amounts):
    for directory in (world.source, world.home, world.received):
        directory.mkdir()
    shutil.chown(world.home, world.account)
    (world.source / "many").mkdir()
    for number in range(amounts.files):
        (world.source / "many" / str(number)).write_bytes(bytes(4096))
    with open(world.source / "big", "wb") as big:
        big.truncate(amounts.bulk_mib << 20)
    askpass = world.work / "askpass"
    _write(askpass, '#!/bin/sh\necho "$BENCH_PASSWORD"\n')
    askpass.chmod(0o700)


def _make_keys(work, account):
    """Host keys and known_hosts; the fingerprint of sshd's."""
    with open(work / "known_hosts", "w") as known_hosts:
        for name in ("sshd", "proxy"):
            _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(work / f"{name}_key"))
            known_hosts.write(f"{name} {(work / f'{name}_key.pub').read_text()}")
    _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(work / "upstream_key"))
    with open(work / "many_keys", "w") as keys:
        keys.writelines(f"ssh-ed25519 {logins.other_key(number)} key{number}\n" for number in range(MOST_KEYS))
    shutil.copy(work / "upstream_key", work / "forced_key")
    shutil.chown(work / "forced_key", account)
    (work / "known_hosts").chmod(0o644)
    for name in ("proxy_key", "upstream_key"):
        shutil.chown(work / name, "root", "nogroup")
        (work / name).chmod(0o640)
    return fingerprint(work / "sshd_key.pub")


def fingerprint(public_key):
    return _run("ssh-keygen", "-lf", str(public_key)).split()[1]


def _show_logs(work):
    def show(_kind, error, _trace):
        if isinstance(error, Trouble):
            tails = [f"{log.name}: {line}" for log in sorted(work.glob("*.log"))
                     for line in log.read_text(errors="replace").splitlines()[-5:]]
            error.args = ("\n  ".join([str(error), *tails]),)
    return show


@contextlib.contextmanager
def _uninterrupted():
    signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTS)


def _ignore_interrupts():
    for number in INTERRUPTS:
        signal.signal(number, signal.SIG_IGN)


def _write(path, text):
    pathlib.Path(path).write_text(text)


def _run(*argv, feed=None):
    done = subprocess.run(argv, input=feed, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise Trouble(f"{argv[0]}: {done.stderr.strip() or done.returncode}")
    return done.stdout

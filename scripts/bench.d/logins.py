"""How long the answers to logins take that come to nothing, seen from the packets: what a stranger's clock could tell him.

sshd stretches its own refusals to a time that depends on the user and its host keys, times a power of two: the account's name and
the keys are new in every run, and so runs differ.
"""
import base64
import concurrent.futures
import contextlib
import hashlib
import itertools
import logging
import socket
import statistics
import time

import paramiko
from ways import NotOffered, Trouble

REQUEST, FAILURE, SUCCESS, ASKED, ANSWERED = 50, 51, 52, 60, 61  # ASKED is PK_OK too (RFC 4252, section 7; RFC 4256)
DISCONNECT = 1
CIPHER, KEX = "aes128-ctr", "curve25519-sha256@libssh.org"  # the best that the proxy and an old paramiko know
PATIENCE = 30  # seconds for an answer
APART = 0.05  # seconds between one login and the next: each answer is to come alone
logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)  # it writes about every answer that it did not expect
KEY = paramiko.ECDSAKey.generate()  # nobody's
WRONG = "not the password"


class Watched(paramiko.Transport):
    """A connection that keeps when the messages of the login came and went. `probing`: public keys are shown, nothing is signed."""

    def __init__(self, port):
        self.seen, self.probing = [], False  # of the last login: (message, seconds)
        super().__init__(socket.create_connection(("127.0.0.1", port), PATIENCE))
        self.auth_timeout = PATIENCE
        self._read = self.packetizer.read_message
        self.packetizer.read_message = self._read_and_note

    def _send_message(self, message):
        kind = message.asbytes()[0]
        if kind == REQUEST and self.probing:
            message = without_signature(message)
        if kind in (REQUEST, ANSWERED):
            self.seen.append((kind, time.perf_counter()))
        super()._send_message(message)

    def _read_and_note(self):
        kind, message = self._read()
        if kind in (DISCONNECT, FAILURE, SUCCESS, ASKED):
            self.seen.append((kind, time.perf_counter()))
        return kind, message

    def answers(self):
        """[(milliseconds after what we said last, its message), ...]"""
        pairs = zip(self.seen, self.seen[1:])
        return [(1e3 * (heard - said), kind) for (last, said), (kind, heard) in pairs if last in (REQUEST, ANSWERED)]


def without_signature(request):
    """RFC 4252, section 7: the question whether a key would do."""
    request = paramiko.Message(request.asbytes()[1:])
    asked = paramiko.Message()
    asked.add_byte(bytes([REQUEST]))
    for _ in range(3):  # user, service, method
        asked.add_string(request.get_string())
    asked.add_boolean(request.get_boolean() and False)
    for _ in range(2):  # algorithm, key
        asked.add_string(request.get_string())
    return asked


def other_key(number):
    """The base64 of an ed25519 key that nobody has."""
    blob = paramiko.Message()
    blob.add_string("ssh-ed25519")
    blob.add_string(hashlib.sha256(str(number).encode()).digest())
    return base64.b64encode(blob.asbytes()).decode()


def wrong_password(way, amounts):
    def answer(to, user):
        to.auth_password(user, WRONG, fallback=False)
    return spread("", [answers[0][0] for answers in log_in(way, amounts, "password", answer)])


def keyboard_interactive(way, amounts):
    def answer(to, user):
        to.auth_interactive(user, lambda _title, _instructions, prompts: [WRONG] * len(prompts))
    logins = log_in(way, amounts, "keyboard-interactive", answer)
    if any(answers[0][1] != ASKED for answers in logins):
        raise NotOffered(f"{way.name} is refused before anything is asked")
    return {**spread("prompt ", [answers[0][0] for answers in logins]), **spread("refusal ", [answers[-1][0] for answers in logins])}


def methods_asked(way, amounts):
    """The usual first request, `none`."""
    def answer(to, user):
        with contextlib.suppress(paramiko.BadAuthenticationType):
            to.auth_none(user)
    return spread("", [answers[0][0] for answers in log_in(way, amounts, None, answer)])


def public_key(way, amounts, signed):
    def answer(to, user):
        to.probing = not signed
        to.auth_publickey(user, KEY)
    return spread("", [answers[0][0] for answers in log_in(way, amounts, "publickey", answer)])


def log_in(way, amounts, method, attempt):
    """The answers of one attempt each on many connections, which are all there before the first attempt is made."""
    def connect(_):
        to = held.enter_context(contextlib.closing(Watched(way.front(CIPHER).port)))
        to.start_client(timeout=PATIENCE)
        if method and method not in methods_for(to, way.user):
            raise NotOffered(f"{method} is not offered to {way.name}")
        return to

    def answers(number, to):
        time.sleep(number * APART)
        to.seen.clear()
        with contextlib.suppress(paramiko.SSHException):  # the refusal, or an answer that paramiko did not expect
            attempt(to, way.user)
        if any(kind == SUCCESS for kind, _ in to.seen) or not to.answers():
            raise Trouble(f"{way.name}: {method} was not refused")
        return to.answers()
    with contextlib.ExitStack() as held, concurrent.futures.ThreadPoolExecutor(amounts.logins) as pool:
        try:
            return list(pool.map(answers, itertools.count(), list(pool.map(connect, range(amounts.logins)))))
        except (OSError, paramiko.SSHException) as error:
            raise Trouble(f"{way.name}: {error}") from error


def methods_for(to, user):
    try:
        to.auth_none(user)
    except paramiko.BadAuthenticationType as refusal:
        return refusal.allowed_types
    raise Trouble(f"{user} was let in without a proof")


def spread(what, samples):
    tenths = statistics.quantiles(samples, n=10, method="inclusive")
    figures = {"min": min(samples), "p10": tenths[0], "median": statistics.median(samples), "p90": tenths[8], "max": max(samples)}
    return {(what + name, "ms"): value for name, value in figures.items()}

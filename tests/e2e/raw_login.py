"""A client that logs in message by message (RFC 4252, RFC 4256), so that it can say what no client would."""
import contextlib
import queue
import socket

import paramiko
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1

IGNORE, SERVICE_REQUEST = 2, 5
REQUEST, FAILURE, SUCCESS, BANNER, INFO_REQUEST, INFO_RESPONSE = 50, 51, 52, 53, 60, 61
PK_OK = 60
ENDED = None


class Byte(int):
    pass


def build(*parts):
    message = paramiko.Message()
    for part in parts:
        if isinstance(part, Byte):
            message.add_byte(bytes([part]))
        elif isinstance(part, bool):
            message.add_boolean(part)
        elif isinstance(part, int):
            message.add_int(part)
        else:
            message.add_string(part)
    return message


def sign(key, data, algorithm):
    if algorithm == 'ssh-rsa':  # with SHA-1, which paramiko 5 does no more
        return build(algorithm, key.key.sign(data, PKCS1v15(), SHA1()))
    return key.sign_ssh_data(data, algorithm)


class Client:
    """Behind a key exchange; nobody answers but who uses it."""

    def __init__(self, port, user='demo', asks_for_login=True, source=''):
        self.user = user
        self.transport = paramiko.Transport(socket.create_connection(('127.0.0.1', port), source_address=(source, 0)))
        self.transport.banner_timeout = self.transport.handshake_timeout = self.transport.auth_timeout = 200
        self.heard = queue.Queue()
        self.transport.start_client(timeout=200)
        self.transport.auth_handler = self
        self.transport._expected_packet = ()
        self._handler_table = {number: self.hears(number) for number in range(50, 80)}
        quiet = {number: (lambda *_: None) for number in range(6, 20)}
        self.transport._handler_table = {**self.transport._handler_table, **quiet}
        if asks_for_login:
            self.send(Byte(SERVICE_REQUEST), 'ssh-userauth')

    def hears(self, number):
        return lambda *arguments: self.heard.put((number, arguments[-1]))  # an older paramiko gives itself first

    def is_authenticated(self):
        return False

    def abort(self):
        self.heard.put((ENDED, None))

    def send(self, *parts):
        self.transport._send_message(build(*parts))

    @contextlib.contextmanager
    def in_one_piece(self):
        """What is said meanwhile is sent at once, so that the other side finds all of it."""
        packetizer, pieces = self.transport.packetizer, []
        packetizer.write_all = pieces.append
        try:
            yield
        finally:
            del packetizer.write_all
        packetizer.write_all(b''.join(pieces))

    def request(self, method, *parts, user=None):
        self.send(Byte(REQUEST), user or self.user, 'ssh-connection', method, *parts)

    def ignore(self, text):
        self.send(Byte(IGNORE), text)

    def password(self, password):
        self.request('password', False, password)

    def interactive(self):
        self.request('keyboard-interactive', '', '')

    def answers(self, *answers):
        self.send(Byte(INFO_RESPONSE), len(answers), *answers)

    def probe(self, key, algorithm=None):
        self.request('publickey', False, algorithm or key.get_name(), key.asbytes())

    def sign(self, key, with_key=None, session=None, inside=None, user=None):
        """A signed request; the arguments besides `key` make it a wrong one."""
        algorithm = 'rsa-sha2-512' if key.get_name() == 'ssh-rsa' else key.get_name()
        what = (Byte(REQUEST), user or self.user, 'ssh-connection', 'publickey', True, algorithm, key.asbytes())
        signed = build(session or self.transport.session_id, *what).asbytes()
        self.send(*what, sign(with_key or key, signed, inside or algorithm).asbytes())

    def hear(self, timeout=200):
        """The next message but banners: its number, or ENDED."""
        while True:
            number, self.message = self.heard.get(timeout=timeout)
            if number != BANNER:
                return number

    def expect(self, *numbers):
        for number in numbers:
            heard = self.hear()
            assert heard == number, f'expected {number}, heard {heard}'
        return self

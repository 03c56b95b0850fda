#!/usr/bin/python3
"""A client that stops in the middle of a login and waits to be thrown out.
usage: stalling_client.py PORT PHASE KEY    exits 0 when the connection has ended"""
import os
import socket
import struct
import sys
import time

import paramiko
from paramiko.common import (cMSG_SERVICE_REQUEST, cMSG_USERAUTH_INFO_RESPONSE, cMSG_USERAUTH_REQUEST, cMSG_IGNORE)

port, phase, key_file = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def name_list(names):
    return struct.pack('>I', len(names)) + names


def kexinit():
    lists = [b'curve25519-sha256', b'ssh-ed25519', b'aes128-ctr', b'aes128-ctr', b'hmac-sha2-256', b'hmac-sha2-256', b'none', b'none', b'', b'']
    payload = bytes([20]) + os.urandom(16) + b''.join(map(name_list, lists)) + bytes(5)
    padding = 8 - (5 + len(payload)) % 8 + 8
    return struct.pack('>IB', 1 + len(payload) + padding, padding) + payload + bytes(padding)


def until_closed(peer):
    try:
        while peer.recv(4096):
            pass
    except OSError:
        pass


EARLY = {
    'before-version': b'',
    'in-version': b'SSH-2.0-st',
    'after-version': b'SSH-2.0-stalls\r\n',
    'in-kexinit': b'SSH-2.0-stalls\r\n' + kexinit()[:100],
    'after-kexinit': b'SSH-2.0-stalls\r\n' + kexinit(),
}
if phase in EARLY:
    with socket.create_connection(('127.0.0.1', port)) as peer:
        peer.sendall(EARLY[phase])
        until_closed(peer)
    sys.exit(0)

transport = paramiko.Transport(('127.0.0.1', port))
transport.start_client(timeout=30)
# Nobody here listens to the answers: they are thrown away as they come.
transport._expected_packet = ()


class Deaf:
    def __init__(self):
        self._handler_table = {number: lambda *_: None for number in range(50, 80)}

    def is_authenticated(self):
        return False

    def abort(self):
        pass


transport.auth_handler = Deaf()
transport._handler_table = {number: (lambda *_: None) if 5 < number < 20 else what for number, what in transport._handler_table.items()}


def send(*parts):
    message = paramiko.Message()
    for part in parts:
        if isinstance(part, bool):
            message.add_boolean(part)
        elif isinstance(part, int):
            message.add_int(part)
        elif isinstance(part, bytes) and len(part) == 1:
            message.add_byte(part)
        else:
            message.add_string(part)
    transport._send_message(message)


def request(method, *parts):
    send(cMSG_USERAUTH_REQUEST, 'demo', 'ssh-connection', method, *parts)


key = paramiko.Ed25519Key(filename=key_file)
if phase != 'after-kex':
    send(cMSG_SERVICE_REQUEST, 'ssh-userauth')
if phase == 'after-none':
    request('none')
elif phase == 'after-probe':
    request('publickey', False, 'ssh-ed25519', key.asbytes())
elif phase == 'after-bad-signature':
    blob = paramiko.Message()
    blob.add_string('ssh-ed25519')
    blob.add_string(bytes(64))
    request('publickey', True, 'ssh-ed25519', key.asbytes(), blob.asbytes())
elif phase == 'after-question':
    request('keyboard-interactive', '', '')
elif phase == 'between-rounds':
    request('keyboard-interactive', '', '')
    time.sleep(1.5)
    send(cMSG_USERAUTH_INFO_RESPONSE, 1, sys.argv[4])
elif phase == 'after-refusal':
    request('password', False, 'wrong')
elif phase == 'busy':
    while transport.is_active():
        send(cMSG_IGNORE, 'still here')
        time.sleep(0.05)
transport.join(60)
sys.exit(1 if transport.is_alive() else 0)

"""Channel requests and SFTP frames of a client that waits for no answer."""
import struct
import sys

import paramiko
from paramiko.common import MSG_CHANNEL_FAILURE, MSG_CHANNEL_SUCCESS, cMSG_CHANNEL_REQUEST

answers = []  # to the requests that wanted one; paramiko itself would take a refusal for the end of the channel
paramiko.Transport._channel_handler_table[MSG_CHANNEL_SUCCESS] = lambda channel, _: answers.append(True)
paramiko.Transport._channel_handler_table[MSG_CHANNEL_FAILURE] = lambda channel, _: answers.append(False)

INIT, VERSION, MKDIR = 1, 2, 14


def u32(value):
    return struct.pack('>I', value)


def string(value):
    return u32(len(value)) + value


def frame(kind, body):
    return string(bytes([kind]) + body)


def init():
    return frame(INIT, u32(3))


def mkdir(path):
    return frame(MKDIR, u32(1) + string(path.encode()) + u32(0))


def log_in(port, password='any'):
    transport = paramiko.Transport(('127.0.0.1', int(port)))
    transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = 200
    transport.connect(username='demo', password=password)
    return transport


def request(channel, kind, *fields, wants_answer=False):
    message = paramiko.Message()
    message.add_byte(cMSG_CHANNEL_REQUEST)
    message.add_int(channel.remote_chanid)
    message.add_string(kind)
    message.add_boolean(wants_answer)
    for field in fields:
        message.add_string(field)
    channel.transport._send_user_message(message)

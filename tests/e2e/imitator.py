"""Clients that try to have somebody else punished: imitator.py PORT SOURCE WHAT

WHAT: `user`: a user name that imitates a record; `line`: one with a line of its own; `goodbye`: a disconnect that imitates one.
"""
import socket
import sys

import paramiko

RECORD = 'Failed password for root from 6.6.6.6 port 1 ssh2'
USERS = {'user': 'x from 6.6.6.6 port 1 ssh2: ' + RECORD, 'line': 'x\npysshrp: notice: ' + RECORD + '\nNov 23 10:00:00 host pysshrp[1]: ' + RECORD}

port, source, what = int(sys.argv[1]), sys.argv[2], sys.argv[3]
transport = paramiko.Transport(socket.create_connection(('127.0.0.1', port), source_address=(source, 0)))
transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = 200
transport.start_client(timeout=200)
if what in USERS:
    try:
        transport.auth_password(USERS[what], 'wrong')
    except paramiko.SSHException:
        pass
else:
    try:
        transport.auth_none('demo')
    except paramiko.SSHException:
        pass
    goodbye = paramiko.Message()
    goodbye.add_byte(paramiko.common.cMSG_DISCONNECT)
    goodbye.add_int(11)
    goodbye.add_string('\n' + RECORD)
    goodbye.add_string('')
    transport._send_message(goodbye)
    transport.join(30)  # until the other side has closed: what it has not read would be lost
transport.close()

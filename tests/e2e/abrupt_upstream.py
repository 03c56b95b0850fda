#!/usr/bin/python3
"""An upstream as network gear and small servers are: it answers only what it knows, and ends a connection by closing its socket.

usage: abrupt_upstream.py PORT HOST-KEY LOG [ROLE...]    LOG: a line for each password and each request
  hangs-up       when a command has ended: its output, its status, EOF, CLOSE and FIN come at once
  drops-wrong    the connection at a wrong password      drops-right    at the right one, which is `secret`
  mute-KIND      a request is never answered, but for exec, shell, subsystem served: env, pty-req, exec, subsystem
"""
import os
import socket
import subprocess
import sys
import threading

import paramiko

from behind_the_answer import Mute, Transport

PORT, KEY, LOG, *ROLES = sys.argv[1:]
log_file = open(LOG, 'a', buffering=1)


class Server(paramiko.ServerInterface):
    def __init__(self, transport):
        self.transport = transport

    def hang_up(self):
        self.transport.sock.shutdown(socket.SHUT_WR)  # what the kernel still has goes out before the FIN

    def get_allowed_auths(self, username):
        return 'password'

    def check_auth_password(self, username, password):
        right = password == 'secret'
        print('right password' if right else 'wrong password', file=log_file)
        if ('drops-right' if right else 'drops-wrong') in ROLES:
            self.hang_up()
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def answer(self, kind, channel, serve=None):
        print('request', kind, file=log_file)
        channel.serve = serve
        if 'mute-' + kind in ROLES:
            raise Mute
        return True

    def check_channel_env_request(self, channel, name, value):
        return self.answer('env', channel)

    def check_channel_pty_request(self, channel, *_):
        return self.answer('pty-req', channel)

    def check_channel_window_change_request(self, channel, *_):
        return self.answer('window-change', channel)

    def check_channel_exec_request(self, channel, command):
        return self.answer('exec', channel, lambda: self.run(channel, ['/bin/sh', '-c', command]))

    def check_channel_subsystem_request(self, channel, name):
        return self.answer('subsystem', channel, lambda: self.run(channel, ['/usr/lib/openssh/sftp-server']))

    def run(self, channel, command):
        program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        threading.Thread(target=self.feed, args=(channel, program), daemon=True).start()
        while data := os.read(program.stdout.fileno(), 32768):
            channel.sendall(data)
        channel.send_exit_status(program.wait())
        channel.close()
        if 'hangs-up' in ROLES:
            self.hang_up()

    @staticmethod
    def feed(channel, program):
        try:
            while data := channel.recv(32768):
                program.stdin.write(data)
                program.stdin.flush()
            program.stdin.close()
        except OSError:
            pass


listener = socket.create_server(('127.0.0.1', int(PORT)))
while True:
    transport = Transport(listener.accept()[0])
    transport.add_server_key(paramiko.Ed25519Key(filename=KEY))
    transport.start_server(server=Server(transport), event=threading.Event())

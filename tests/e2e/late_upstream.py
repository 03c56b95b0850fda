#!/usr/bin/python3
"""An upstream that answers what asks for a listener two and a half seconds late (or LISTENS_AFTER), and what asks for a program a second: with yes, and then it is sftp-server in the folder HOME, or with no.

usage: late_upstream.py PORT HOST-KEY HOME SEEN yes|no     SEEN: a file for what is asked for, and for every byte of every channel
"""
import os
import socket
import subprocess
import sys
import threading
import time

import paramiko

PORT, KEY, HOME, SEEN, VERDICT = sys.argv[1:]
seen = open(SEEN, "ab", buffering=0)


def in_background(work, *arguments):
    threading.Thread(target=work, args=arguments, daemon=True).start()


def pass_down(server, channel):
    while data := os.read(server.stdout.fileno(), 32768):
        if not channel.closed:
            channel.sendall(data)


def serve(channel):
    server = subprocess.Popen(["/usr/lib/openssh/sftp-server"], cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    in_background(pass_down, server, channel)
    while data := channel.recv(32768):
        seen.write(data)
        server.stdin.write(data)
        server.stdin.flush()  # and not closed: sftp-server would leave undone what it has read


def only_look(channel):
    while data := channel.recv(32768):
        seen.write(data)


class Late(paramiko.ServerInterface):
    def check_auth_password(self, username, password):
        return paramiko.AUTH_SUCCESSFUL

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def answer(self, channel, what):
        """paramiko sends the answer when this has returned, and reads nothing more until then."""
        seen.write(b"[" + what.encode() + b"]")
        time.sleep(1)
        in_background(serve if VERDICT == "yes" else only_look, channel)
        return VERDICT == "yes"

    def check_port_forward_request(self, address, port):
        time.sleep(float(os.environ.get("LISTENS_AFTER", 2.5)))
        return port

    def check_channel_subsystem_request(self, channel, name):
        return self.answer(channel, "subsystem " + name)

    def check_channel_exec_request(self, channel, command):
        return self.answer(channel, "exec")

    def check_channel_shell_request(self, channel):
        return self.answer(channel, "shell")


listener = socket.create_server(("127.0.0.1", int(PORT)))
while True:
    transport = paramiko.Transport(listener.accept()[0])
    transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = 200
    transport.add_server_key(paramiko.Ed25519Key(filename=KEY))
    transport.start_server(server=Late(), event=threading.Event())

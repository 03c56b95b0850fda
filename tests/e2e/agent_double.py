#!/usr/bin/python3
"""An agent that somebody forwards and that does not sign as it should (draft-miller-ssh-agent).
usage: agent_double.py SOCKET refuse|hang|close|garbage|endless|trickle|slow REAL-AGENT    prints "listening" when it does"""
import os
import socket
import sys
import threading
import time

path, mode, real = sys.argv[1:]


def exactly(peer, size):
    data = b''
    while len(data) < size:
        piece = peer.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def message(peer):
    header = exactly(peer, 4)
    return header + exactly(peer, int.from_bytes(header, 'big'))


def ask_real(request):
    with socket.socket(socket.AF_UNIX) as agent:
        agent.connect(real)
        agent.sendall(request)
        return message(agent)


def answer(peer, request):
    if mode == 'refuse':
        peer.sendall(bytes([0, 0, 0, 1, 5]))
    elif mode == 'hang':
        time.sleep(1000)
    elif mode == 'close':
        peer.shutdown(socket.SHUT_RDWR)
    elif mode == 'garbage':
        peer.sendall(bytes([0, 0, 0, 30, 14, 0, 0, 0, 200]) + b'no signature at all......')
    elif mode == 'endless':
        peer.sendall(bytes([255, 255, 255, 255, 14]))
        while True:
            peer.sendall(bytes(65536))
    elif mode == 'trickle':  # right, in pieces
        for byte in ask_real(request):
            peer.sendall(bytes([byte]))
            time.sleep(0.002)
    elif mode == 'slow':  # right, once somebody has found the button
        time.sleep(1.5)
        peer.sendall(ask_real(request))


def serve(peer):
    try:
        while True:
            answer(peer, message(peer))
    except (EOFError, OSError):
        pass


listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen()
print('listening', flush=True)
while True:
    connection, _ = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()

#!/usr/bin/python3
"""Logs in by keyboard-interactive and prints what was asked, exactly.
usage: transcript.py PORT USER ANSWER..."""
import sys

import paramiko

port, user, answers = int(sys.argv[1]), sys.argv[2], sys.argv[3:]


def answer(title, instructions, prompts):
    print('round', repr(title), repr(instructions), [(text, echo) for text, echo in prompts])
    return [answers.pop(0) for _ in prompts]


transport = paramiko.Transport(('127.0.0.1', port))
transport.start_client(timeout=30)
try:
    transport.auth_interactive(user, answer)
    session = transport.open_session()
    session.exec_command('true')
    print('in' if session.recv_exit_status() == 0 else 'no session')
except paramiko.BadAuthenticationType as refused:
    print('refused, can continue:', refused.allowed_types)
except paramiko.AuthenticationException:
    print('refused')
transport.close()

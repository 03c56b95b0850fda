#!/usr/bin/python3
"""Logs in by keyboard-interactive, once for each line of stdin, and prints what was asked, exactly.
usage: transcript.py PORT    a line is USER and the answers, with tabs between"""
import sys

import paramiko


def converse(port, user, answers):
    def answer(title, instructions, prompts):
        print('round', repr(title), repr(instructions), [(text, echo) for text, echo in prompts])
        return [answers.pop(0) for _ in prompts]

    transport = paramiko.Transport(('127.0.0.1', port))
    transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = 200
    transport.start_client(timeout=200)
    try:
        transport.auth_interactive(user, answer)
        session = transport.open_session()
        session.exec_command('true')
        return 'in' if session.recv_exit_status() == 0 else 'no session'
    except paramiko.BadAuthenticationType as refused:
        return f'refused, can continue: {refused.allowed_types}'
    except paramiko.AuthenticationException:
        return 'refused'
    finally:
        transport.close()


for line in sys.stdin:
    name, *given = line.rstrip('\n').split('\t')
    print(f'{name}: {converse(int(sys.argv[1]), name, given)}', flush=True)

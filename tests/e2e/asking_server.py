#!/usr/bin/python3
"""An upstream that asks by keyboard-interactive what no PAM module would: the user name selects the questions.
usage: asking_server.py PORT HOST-KEY LOG    prints "listening" when it does, LOG gets one line for each answered round"""
import sys
import threading

import paramiko

from behind_the_answer import Transport

BOX = '┌──┐ 問い: '
# user: rounds of (name, instruction, [(prompt, echo)...], [expected answer...])
SCRIPTS = {
    'several': [('Login', 'Three at once.', [('Pet: ', True), ('PIN: ', False), ('Site: ', True)], ['cat', '1234', 'here'])],
    'nothing': [('Only to read', 'Press nothing.', [], []), ('', '', [('Code: ', False)], ['7']), ('Done', '', [], [])],
    'nothing-at-all': [],
    'unicode': [('Grüße ' + BOX, 'naïve\tcafé\nzweite Zeile', [(BOX, False), ('\u200b', True)], ['пароль', '日本語'])],
    'long': [('n' * 500, 'i\n' * 8000, [('p' * 3000 + ': ', False)], ['a' * 1000])],
    'many-rounds': [(f'Round {n}', f'of {20 - n} more', [(f'Number {n}: ', n % 2 == 0)], [str(n)]) for n in range(20)],
    'many-prompts': [('', '', [(f'Number {n}: ', n % 3 == 0) for n in range(20)], [str(n) for n in range(20)])],
    'empty-answers': [('', '', [('', False), (' ', True)], ['', '']), ('', '', [('Last: ', True)], [''])],
    'last-is-wrong': [('', '', [('First: ', True)], ['one']), ('', '', [('Second: ', False)], ['no answer is right'])],
}


CHANGE = object()


class Handler(paramiko.auth_handler.AuthHandler):
    """Knows besides SSH_MSG_USERAUTH_PASSWD_CHANGEREQ (RFC 4252, section 8)."""

    def _send_auth_result(self, username, method, result):
        if result is not CHANGE:
            return super()._send_auth_result(username, method, result)
        message = paramiko.Message()
        message.add_byte(bytes([60]))
        message.add_string('Choose a new one.')
        message.add_string('')
        return self.transport._send_message(message)


paramiko.transport.AuthHandler = Handler


class Server(paramiko.ServerInterface):
    def __init__(self):
        self.script = []

    def get_allowed_auths(self, username):
        return 'keyboard-interactive,password'

    def check_auth_password(self, username, password):
        if username == 'change-it':
            return CHANGE
        return paramiko.AUTH_SUCCESSFUL if password == 'plain' else paramiko.AUTH_FAILED

    def check_auth_interactive(self, username, submethods):
        if username not in SCRIPTS:
            return paramiko.AUTH_FAILED
        self.script = list(SCRIPTS[username])
        return self.next_round()

    def next_round(self):
        if not self.script:
            return paramiko.AUTH_SUCCESSFUL
        name, instruction, prompts, self.expected = self.script.pop(0)
        return paramiko.InteractiveQuery(name, instruction, *prompts)

    def check_auth_interactive_response(self, responses):
        said = [answer if isinstance(answer, str) else answer.decode() for answer in responses]
        with open(sys.argv[3], 'a', encoding='utf-8') as log:
            print(said, file=log)
        return self.next_round() if said == self.expected else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel, command):
        channel.serve = lambda: self.run(channel)
        return True

    @staticmethod
    def run(channel):
        channel.sendall(b'ran\n')
        channel.send_exit_status(0)
        channel.close()


def serve(connection, key):
    transport = Transport(connection)
    transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = 200
    transport.add_server_key(key)
    try:
        transport.start_server(server=Server())
    except (paramiko.SSHException, EOFError):
        pass


def main():
    import socket
    key = paramiko.Ed25519Key(filename=sys.argv[2])
    listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))
    print('listening', flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, key), daemon=True).start()


main()

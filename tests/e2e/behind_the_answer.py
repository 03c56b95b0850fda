"""paramiko's server begins to serve a channel from within the request for it, so before the answer: here it is behind it."""
import threading

import paramiko

REQUEST = 98  # SSH_MSG_CHANNEL_REQUEST


class Mute(Exception):
    """Ends the handling of a request before paramiko answers it."""


class Transport(paramiko.Transport):
    """Runs what a server has put into `channel.serve` while it was asked, in a thread of its own."""

    def run(self):
        def handle(channel, message):
            channel.serve = None
            try:
                paramiko.Channel._handle_request(channel, message)
            except Mute:
                pass
            if channel.serve:
                threading.Thread(target=channel.serve).start()

        self._channel_handler_table = {**self._channel_handler_table, REQUEST: handle}
        super().run()

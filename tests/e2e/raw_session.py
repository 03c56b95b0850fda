"""A client that is logged in and then speaks message by message (RFC 4254), so that it can say what no client would."""
import queue

from raw_login import ENDED, SUCCESS, Byte, Client

UNIMPLEMENTED, GLOBAL_REQUEST = 3, 80
OPEN, OPEN_CONFIRMATION, OPEN_FAILURE, DATA, EXTENDED_DATA, EOF, CLOSE, CHANNEL_REQUEST, CHANNEL_SUCCESS, CHANNEL_FAILURE = 90, 91, 92, 94, 95, 96, 97, 98, 99, 100


class Session(Client):
    def __init__(self, port, password, user='demo'):
        super().__init__(port, user)
        table = {number: self.hears(number) for number in [UNIMPLEMENTED, *range(50, 101)]}
        self.transport._handler_table = {**self.transport._handler_table, **table}
        self.password(password)
        self.expect(SUCCESS)

    def is_authenticated(self):
        return True

    def wait_for(self, number, timeout=200):
        """Passes over everything else; ENDED if the connection ends before."""
        while (heard := self.hear(timeout)) not in (number, ENDED):
            pass
        return heard

    def open(self, number=7, window=2**21, packet=32768, kind='session', *more):
        """The other side's number of the new channel; ENDED or OPEN_FAILURE if there is none."""
        self.send(Byte(OPEN), kind, number, window, packet, *more)
        heard = self.hear()
        while heard not in (OPEN_CONFIRMATION, OPEN_FAILURE, ENDED):
            heard = self.hear()
        if heard != OPEN_CONFIRMATION:
            raise SystemExit(f'not opened: {heard}')
        self.message.get_int()
        return self.message.get_int()

    def channel_request(self, channel, kind, *parts, want_reply=True):
        self.send(Byte(CHANNEL_REQUEST), channel, kind, want_reply, *parts)

    def all_heard(self, quiet=3):
        """Everything until nothing comes for so many seconds, or the connection ends: numbers and messages."""
        while True:
            try:
                number = self.hear(quiet)
            except queue.Empty:
                return
            if number is ENDED:
                return
            yield number, self.message

"""SFTP version 3 frame by frame: what no client sends, and every byte that comes back."""
import struct
import subprocess

OK, EOF, NO_SUCH_FILE, DENIED, FAILURE, BAD_MESSAGE, NO_CONNECTION, CONNECTION_LOST, UNSUPPORTED = range(9)
INIT, VERSION, STATUS, HANDLE, DATA, NAME, ATTRS, EXTENDED, EXTENDED_REPLY = 1, 2, 101, 102, 103, 104, 105, 200, 201
TYPES = dict(open=3, close=4, read=5, write=6, lstat=7, fstat=8, setstat=9, fsetstat=10, opendir=11, readdir=12, remove=13, mkdir=14,
             rmdir=15, realpath=16, stat=17, rename=18, readlink=19, symlink=20)
READ, WRITE, APPEND, CREATE, TRUNCATE, EXCLUSIVE = 1, 2, 4, 8, 16, 32


def u32(value):
    return struct.pack('>I', value)


def u64(value):
    return struct.pack('>Q', value)


def string(value):
    value = value if isinstance(value, bytes) else value.encode()
    return u32(len(value)) + value


NOTHING = u32(0)  # ATTRS that say nothing


def size(value):
    return u32(1) + u64(value)


def mode(value):
    return u32(4) + u32(value)


def times(value):
    return u32(8) + u32(value) * 2


class Ended(Exception):
    """The channel has ended."""


class Reply:
    def __init__(self, frame):
        self.frame, self.type, self.id, self.body = frame, frame[0], struct.unpack('>I', frame[1:5])[0], frame[5:]

    @property
    def code(self):
        """OK for any reply that is not a STATUS."""
        return struct.unpack('>I', self.body[:4])[0] if self.type == STATUS else OK

    @property
    def text(self):
        return self.string(4)

    def string(self, at=0):
        length = struct.unpack('>I', self.body[at:at + 4])[0]
        return self.body[at + 4:at + 4 + length]

    @property
    def names(self):
        """(name, longname, attributes) of a NAME."""
        count, at, result = struct.unpack('>I', self.body[:4])[0], 4, []
        for _ in range(count):
            name = self.string(at)
            at += 4 + len(name)
            line = self.string(at)
            at += 4 + len(line)
            flags, start = struct.unpack('>I', self.body[at:at + 4])[0], at
            at += 4 + (flags & 1 and 8) + (flags & 2 and 8) + (flags & 4 and 4) + (flags & 8 and 8)
            result.append((name, line, self.body[start:at]))
        return result


class Sftp:
    """One SFTP channel. `ssh` is the command up to the host; a request is a name of TYPES or of an extension, and its fields as bytes."""

    def __init__(self, ssh, host='proxy'):
        self.ssh = subprocess.Popen([*ssh, '-s', host, 'sftp'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.last_id = 0
        self.send_frame(bytes([INIT]) + u32(3))
        version = self.receive_frame()
        assert version[:5] == bytes([VERSION]) + u32(3), version
        self.extensions, at = [], 5
        while at < len(version):
            pair = []
            for _ in range(2):
                length = struct.unpack('>I', version[at:at + 4])[0]
                pair.append(version[at + 4:at + 4 + length])
                at += 4 + length
            self.extensions.append(pair[0].decode())

    def send_frame(self, frame):
        self.send_bytes(u32(len(frame)) + frame)

    def send_bytes(self, data):
        self.ssh.stdin.write(data)
        self.ssh.stdin.flush()

    def receive_frame(self):
        return self.take(struct.unpack('>I', self.take(4))[0])

    def take(self, count):
        taken = self.ssh.stdout.read(count)
        if len(taken) < count:
            raise Ended(f'{len(taken)} of {count} bytes')
        return taken

    def send(self, request, *fields):
        """The id it has."""
        self.last_id += 1
        kind = bytes([TYPES[request]]) if request in TYPES else bytes([EXTENDED])
        self.send_frame(kind + u32(self.last_id) + (b'' if request in TYPES else string(request)) + b''.join(fields))
        return self.last_id

    def receive(self):
        return Reply(self.receive_frame())

    def ask(self, request, *fields):
        sent, reply = self.send(request, *fields), self.receive()
        assert reply.id == sent, (request, fields, reply.frame)
        return reply

    def open(self, path, flags=READ):
        """The handle as a field."""
        reply = self.ask('open', string(path), u32(flags), NOTHING)
        assert reply.type == HANDLE, (path, reply.frame)
        return string(reply.string())

    def opendir(self, path):
        reply = self.ask('opendir', string(path))
        assert reply.type == HANDLE, (path, reply.frame)
        return string(reply.string())

    def listing(self, path):
        """All entries of a folder."""
        handle, entries = self.opendir(path), []
        while (reply := self.ask('readdir', handle)).type == NAME:
            entries += reply.names
        assert reply.code == EOF, reply.frame
        assert self.ask('close', handle).code == OK
        return entries

    def read(self, path):
        """All of a small file."""
        handle = self.open(path)
        reply = self.ask('read', handle, u64(0), u32(32768))
        assert self.ask('close', handle).code == OK
        return reply.string() if reply.type == DATA else b''

    def end(self):
        self.ssh.stdin.close()
        assert self.ssh.stdout.read() == b''
        return self.ssh.wait(timeout=200)

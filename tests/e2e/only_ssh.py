"""only_ssh.py PORT: says what is no SSH to 127.0.0.1:PORT. Whatever is answered has to be nothing, or a version and then whole packets
(RFC 4253, 6) that are not encrypted yet."""
import errno
import socket
import sys

with socket.create_connection(('127.0.0.1', int(sys.argv[1])), timeout=200) as client:
    answer = b''
    try:
        client.sendall(b'GET / HTTP/1.0\r\n\r\n')
        client.shutdown(socket.SHUT_WR)
        while more := client.recv(65536):
            answer += more
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN):  # the handler had gone before all was sent
            raise
version, end, rest = answer.partition(b'\r\n')
assert not answer or (version.startswith(b'SSH-2.0-') and end), answer
while rest:
    length, padding = int.from_bytes(rest[:4], 'big'), rest[4]
    assert 4 <= padding < length <= len(rest) - 4 and length < 35000, answer
    rest = rest[4 + length:]

"""Connections from whatever local address, for crowds inside one machine."""
import socket

IPV6_FREEBIND = 78  # as in <linux/in6.h>: the address need not be anybody's, a local route is enough


def connect(port, source, timeout=60):
    """To the port of this machine, at the address of the family."""
    family, there = (socket.AF_INET6, 'fd00::1') if ':' in source else (socket.AF_INET, '127.0.0.1')
    connection = socket.socket(family)
    connection.settimeout(timeout)
    if family == socket.AF_INET6:
        connection.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
    connection.bind((source, 0))
    connection.connect((there, port))
    return connection

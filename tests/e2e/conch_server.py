"""Twisted Conch's SFTP server. usage: PORT HOST-KEY PASSWORD (current directory: the login directory)"""
import os
import sys

from twisted.conch import avatar, interfaces, unix
from twisted.conch.ssh import factory, filetransfer, keys, session
from twisted.cred import checkers, portal
from twisted.internet import reactor
from twisted.python import components
from zope.interface import implementer


class Avatar(avatar.ConchUser):
    """An account that is the process's own: nobody has to become it."""

    def __init__(self):
        super().__init__()
        self.home = os.getcwd()
        self.channelLookup[b"session"] = session.SSHSession
        self.subsystemLookup[b"sftp"] = filetransfer.FileTransferServer

    def getHomeDir(self):
        return self.home

    def getUserGroupId(self):
        return os.getuid(), os.getgid()

    def _runAsUser(self, calls, *args, **keywords):
        result = None
        for call in [(calls, args, keywords)] if callable(calls) else calls:
            result = call[0](*(call[1] if len(call) > 1 else ()), **(call[2] if len(call) > 2 else {}))
        return result


class Files(unix.SFTPServerForUnixConchUser):
    def _absPath(self, path):
        return os.path.abspath(os.path.join(os.fsencode(self.avatar.getHomeDir()), path))


@implementer(portal.IRealm)
class Realm:
    def requestAvatar(self, name, mind, *wanted):
        return interfaces.IConchUser, Avatar(), lambda: None


class Factory(factory.SSHFactory):
    key = keys.Key.fromFile(sys.argv[2])

    def getPublicKeys(self):
        return {self.key.sshType(): self.key.public()}

    def getPrivateKeys(self):
        return {self.key.sshType(): self.key}


components.registerAdapter(Files, Avatar, filetransfer.ISFTPServer)
Factory.portal = portal.Portal(Realm(), [checkers.InMemoryUsernamePasswordDatabaseDontUse(demo=sys.argv[3].encode())])
reactor.listenTCP(int(sys.argv[1]), Factory(), interface="127.0.0.1")
reactor.run()

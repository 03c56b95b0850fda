"""asyncssh's SFTP server. usage: PORT HOST-KEY PASSWORD (current directory: the login directory)"""
import asyncio
import sys

import asyncssh


class Server(asyncssh.SSHServer):
    def begin_auth(self, username):
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return password == sys.argv[3]


async def main():
    await asyncssh.listen("127.0.0.1", int(sys.argv[1]), server_host_keys=[sys.argv[2]], server_factory=Server, sftp_factory=True)
    await asyncio.Event().wait()


asyncio.run(main())

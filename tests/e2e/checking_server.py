"""A server that lets nobody in before he has been elsewhere, in a browser say: what to do, it tells by banners (RFC 4252, section 5.4).

usage: PORT HOST-KEY PASSWORD DIRECTORY

It sends two banners in one segment, waits until the file `checked` is in DIRECTORY, and sends a pair again, of equal ones. PASSWORD empty:
all that while `none` waits for its answer, which is yes. Else a password does.
"""
import asyncio
import os
import socket
import sys

import asyncssh

PORT, KEY, PASSWORD, DIRECTORY = sys.argv[1:]


class Server(asyncssh.SSHServer):
    def connection_made(self, connection):
        self.connection = connection

    def say(self, *banners):
        wire = self.connection.get_extra_info("socket")
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        for banner in banners:
            self.connection.send_auth_banner(banner)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

    async def check(self):
        self.say("An additional check is required.\n", "Visit https://login.example/a1b2c3\n")
        while not os.path.exists(os.path.join(DIRECTORY, "checked")):
            await asyncio.sleep(0.05)
        self.say("Welcome.\n", "Welcome.\n")

    async def begin_auth(self, username):
        if not PASSWORD:
            await self.check()
        return PASSWORD != ""

    def password_auth_supported(self):
        return True

    async def validate_password(self, username, password):
        await self.check()
        return password == PASSWORD


def run(process):
    process.stdout.write("in\n")
    process.exit(0)


async def main():
    await asyncssh.listen("127.0.0.1", int(PORT), server_host_keys=[KEY], server_factory=Server, process_factory=run, reuse_address=True)
    await asyncio.Event().wait()


asyncio.run(main())

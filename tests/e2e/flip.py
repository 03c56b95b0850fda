"""Carries TCP bytes, of which one has its lowest bit turned. usage: flip.py LISTEN-PORT TARGET-PORT OFFSET     OFFSET: in what the client sends, negative
in what the target sends"""
import asyncio
import sys

listen, target, offset = map(int, sys.argv[1:4])


async def pump(reader, writer, at):
    seen = 0
    try:
        while data := await reader.read(65536):
            if at is not None and seen <= at < seen + len(data):
                data = bytearray(data)
                data[at - seen] ^= 1
                print('turned', file=sys.stderr, flush=True)
            seen += len(data)
            writer.write(data)
            await writer.drain()
    except OSError:
        pass


async def serve(reader, writer):
    target_reader, target_writer = await asyncio.open_connection('127.0.0.1', target)
    pumps = [pump(reader, target_writer, offset if offset > 0 else None), pump(target_reader, writer, -offset if offset < 0 else None)]
    # One end that is over, by FIN or by RST, ends the other as well.
    await asyncio.wait([asyncio.create_task(one) for one in pumps], return_when=asyncio.FIRST_COMPLETED)
    for end in (writer, target_writer):
        end.close()


async def main():
    async with await asyncio.start_server(serve, '127.0.0.1', listen) as server:
        await server.serve_forever()


asyncio.run(main())

"""A mail server for one test: aiosmtpd on a free port. Prints `ready PORT`, then each mail it took as one line of JSON.

    smtpd.py [WORD ...]      refuses once for each WORD, in order: later (451), never (550)
"""
import asyncio
import json
import sys

from aiosmtpd.smtp import SMTP

refusals = sys.argv[1:]


class Keep:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if refusals:
            word = refusals.pop(0)
            return "451 4.3.0 come again" if word == "later" else "550 5.1.1 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "hello": session.host_name,
            "data": envelope.content.decode("utf-8", "replace"),
        }
        print(json.dumps(mail), flush=True)
        return "250 taken"


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keep(), enable_SMTPUTF8=True), "127.0.0.1", 0)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())

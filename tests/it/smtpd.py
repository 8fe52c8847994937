"""A mail server for one test: aiosmtpd on a free port. Prints `ready PORT`, then each mail it took as one line of JSON.

    smtpd.py [--tls PEM | --starttls PEM] [WORD ...]   refuses once for each WORD, in order: later (451), never (550)
"""
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP

refusals = sys.argv[1:]
tls = refusals.pop(0) if refusals and refusals[0].startswith("--") else None
context = None
if tls:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(refusals.pop(0))


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
            "tls": session.ssl is not None or tls == "--tls",
            "data": envelope.content.decode("utf-8", "replace"),
        }
        print(json.dumps(mail), flush=True)
        return "250 taken"


async def serve():
    loop = asyncio.get_running_loop()
    upgrade = {"tls_context": context, "require_starttls": True} if tls == "--starttls" else {}
    wrapped = context if tls == "--tls" else None
    server = await loop.create_server(lambda: SMTP(Keep(), enable_SMTPUTF8=True, **upgrade), "127.0.0.1", 0, ssl=wrapped)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())

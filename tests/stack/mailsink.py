#!/usr/bin/python3
"""SMTP sink: takes every mail and writes it as a readable .eml file. Usage: mailsink.py FOLDER PORT

A mail is answered with 250 only after its file is complete and synced, as a real relay would do. The first
lines of a file are the envelope (X-Envelope-From, X-Envelope-To). Files are named in order of arrival.
A file FOLDER/refuse makes the sink answer 451 to every mail while it is there (tests of the retry).
"""
import asyncio
import os
import signal
import sys
import time

from aiosmtpd.controller import UnthreadedController


class Sink:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        if os.path.exists(os.path.join(self.folder, "refuse")):
            return "451 4.3.0 The sink has been told to refuse"
        self.count += 1
        name = f"{time.time_ns() // 1000}-{self.count:06d}.eml"
        head = f"X-Envelope-From: {envelope.mail_from}\r\n" + "".join(
            f"X-Envelope-To: {recipient}\r\n" for recipient in envelope.rcpt_tos
        )
        partial = os.path.join(self.folder, f".{name}")
        with open(partial, "wb") as file:
            file.write(head.encode("utf-8") + envelope.original_content)
            file.flush()
            os.fsync(file.fileno())
        os.rename(partial, os.path.join(self.folder, name))
        return "250 2.0.0 Kept"


def main():
    folder, port = sys.argv[1], int(sys.argv[2])
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    controller = UnthreadedController(
        Sink(folder), hostname="127.0.0.1", port=port, loop=loop, enable_SMTPUTF8=True, decode_data=False
    )
    controller.begin()
    loop.add_signal_handler(signal.SIGTERM, loop.stop)
    loop.add_signal_handler(signal.SIGINT, loop.stop)
    loop.run_forever()
    controller.end()


main()

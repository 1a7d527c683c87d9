"""A mail server on loopback: real SMTP that keeps what it was handed and answers as told."""

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """`answers` are the replies by command, where they are not the usual ones; `mails` the bytes taken."""

    answers: dict[str, bytes]
    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


@contextlib.contextmanager
def mail_server(settings, **answers: bytes) -> Iterator[MailServer]:
    """A server that listens while the block runs; Django hands its mail to it."""
    server = MailServer({"DATA": b"354 go on", "END": b"250 queued as 4711", **answers})

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say(b"220 mail.example")
            while line := self.rfile.readline().strip():
                command = line.split()[0].decode().upper()
                if command == "RCPT":
                    server.recipients.append(line.decode())
                self.say(server.answers.get(command, b"250 mail.example"))
                if command == "DATA" and server.answers["DATA"].startswith(b"354"):
                    server.mails.append(self.read_mail())
                    self.say(server.answers["END"])

        def read_mail(self) -> bytes:
            lines: list[bytes] = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            return b"".join(lines)

        def say(self, line: bytes) -> None:
            self.wfile.write(line + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listener:
        listener.daemon_threads = True
        server.port = listener.server_address[1]
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        thread = threading.Thread(target=lambda: listener.serve_forever(poll_interval=0.02))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()

"""A TLS server with fixed answers: one organization, or a page of 500."""

import contextlib
import pathlib
import socket
import ssl
import threading

import certificates
import data

PAGE = 500

# The header fields of the real service, so that parsing them is measured.
_HEAD = ("HTTP/1.1 200 OK\r\nServer: canned\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: application/json\r\n"
         "Content-Length: {length}\r\nConnection: keep-alive\r\nCache-Control: no-store\r\nX-Request-Id: 0123456789abcdef\r\n\r\n")


def _answer(body: str) -> bytes:
    encoded = body.encode()
    return _HEAD.format(length=len(encoded)).encode() + encoded


class CannedServer:
    """Serves each connection in a thread, as long as the context is open."""

    def __init__(self, directory: pathlib.Path):
        certificates.write(directory)
        self.ca_file = directory / "ca.pem"
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_3
        self._context.load_cert_chain(directory / "server.pem", directory / "server.key")
        self._organization = _answer(data.organization(0, data.ORGANIZATION_BYTES))
        self._page = _answer(data.page(0, PAGE))

    def __enter__(self) -> "CannedServer":
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"https://127.0.0.1:{self._listening.getsockname()[1]}/v1"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the end of the context
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError), self._context.wrap_socket(connection, server_side=True) as stream:
            request = b""
            while piece := stream.recv(65536):
                request += piece
                if not request.endswith(b"\r\n\r\n"):
                    continue
                stream.sendall(self._page if b"?limit=" in request.partition(b"\r\n")[0] else self._organization)
                request = b""

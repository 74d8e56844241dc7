"""The server that all clients use: nginx with TLS 1.3 and static answers, on its own core."""

import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

import certificates
import data

DELAY_MS = 40
ECHO_MODULE = "/usr/lib/nginx/modules/ngx_http_echo_module.so"

_CONFIGURATION = """\
{load_module}
daemon off;
worker_processes 1;
pid {root}/nginx.pid;
error_log {root}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {root}/tmp;
    proxy_temp_path {root}/tmp;
    fastcgi_temp_path {root}/tmp;
    uwsgi_temp_path {root}/tmp;
    scgi_temp_path {root}/tmp;
    root {root}/www;
    types {{ application/json json; }}
    default_type application/json;
    open_file_cache max=1000 inactive=1h;
    open_file_cache_valid 1h;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    ssl_certificate {root}/server.pem;
    ssl_certificate_key {root}/server.key;
    ssl_protocols TLSv1.3;
    map $arg_offset $page_start {{ default 0; "~(?<digits>[0-9]{{1,4}})$" $digits; }}
    server {{
        listen 127.0.0.1:{port} ssl backlog=4096;
        ssl_session_tickets on;
        include {root}/locations.conf;
    }}
    server {{  # every handshake is a full one
        listen 127.0.0.1:{full_port} ssl backlog=4096;
        ssl_session_tickets off;
        ssl_session_cache off;
        include {root}/locations.conf;
    }}
}}
"""

_LOCATIONS = """\
location = /v1/organizations {{ try_files /pages/$arg_limit/$page_start.json =404; }}
location /v1/organizations/ {{ try_files /organization.json =404; }}
# Closes the connection after each answer.
location = /reconnect/v1/organizations {{ keepalive_timeout 0; try_files /pages/$arg_limit/$page_start.json =404; }}
location /reconnect/v1/organizations/ {{ keepalive_timeout 0; try_files /organization.json =404; }}
{delayed}
"""

_DELAYED = """\
location ~ ^/delayed(/v1/.*)$ {{ echo_sleep {seconds}; echo_exec $1$is_args$args; }}
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """Runs as long as the context is open; removes all its files afterwards."""

    def __init__(self, core: int | None):
        self._core = core

    def __enter__(self) -> "Server":
        self._directory = pathlib.Path(tempfile.mkdtemp(prefix="clerk-bench-"))
        try:
            self._prepare()
            self._start()
        except BaseException:
            shutil.rmtree(self._directory, ignore_errors=True)
            raise
        return self

    def __exit__(self, *_) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._directory, ignore_errors=True)

    @property
    def directory(self) -> pathlib.Path:
        """A directory for files that are removed with the server."""
        return self._directory

    def _prepare(self) -> None:
        root = self._directory
        root.chmod(0o755)  # the worker runs as another user when this runs as root
        (root / "www").mkdir()
        (root / "tmp").mkdir()
        self.organization_id = data.write(root / "www")
        self.ca_file = root / "ca.pem"
        certificates.write(root)

        self.can_delay = pathlib.Path(ECHO_MODULE).exists()
        self._port, full_port = _free_port(), _free_port()
        self.base_url = f"https://127.0.0.1:{self._port}/v1"
        self.delayed_url = f"https://127.0.0.1:{self._port}/delayed/v1"
        self.reconnect_url = f"https://127.0.0.1:{self._port}/reconnect/v1"
        self.full_handshake_url = f"https://127.0.0.1:{full_port}/reconnect/v1"
        delayed = _DELAYED.format(seconds=DELAY_MS / 1000) if self.can_delay else ""
        (root / "locations.conf").write_text(_LOCATIONS.format(delayed=delayed))
        (root / "nginx.conf").write_text(_CONFIGURATION.format(
            root=root, port=self._port, full_port=full_port,
            load_module=f"load_module {ECHO_MODULE};" if self.can_delay else ""))

    def _start(self) -> None:
        root = self._directory
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        pinned = [] if self._core is None else ["taskset", "-c", str(self._core)]
        # The worker runs as the user of this script, also when that is root.
        user = ["-g", "user root;"] if pathlib.Path(root).owner() == "root" else []
        self._process = subprocess.Popen([*pinned, nginx, "-p", str(root), "-c", str(root / "nginx.conf"), *user],
                                         stderr=subprocess.DEVNULL)
        trust = ssl.create_default_context(cafile=str(self.ca_file))
        for _ in range(200):
            if self._process.poll() is not None:
                log = root / "error.log"
                raise RuntimeError("nginx ended: " + (log.read_text() if log.exists() else ""))
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=1) as plain:
                    with trust.wrap_socket(plain, server_hostname="127.0.0.1"):
                        return
            except (ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise RuntimeError("nginx does not answer")

"""``coach serve``: the web app and the API in one process."""

import sys

from coach.errors import CallerError

STOP_WITHIN_S = 3  # an open stream must not keep the process alive after SIGTERM


def run(host: str | None, port: int | None, *, open_page: bool) -> None:
    """Listen until stopped; the address is printed once the door is open.

    Raises:
        CallerError: The port is taken.
    """
    import socket

    import uvicorn

    from coach.api.app import create_app
    from coach.settings import Settings

    settings = Settings.from_environment()
    host, port = host or settings.host, settings.port if port is None else port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except OSError as error:
        door.close()
        raise CallerError(
            f"Cannot listen on {host}:{port} ({error.strerror}).", remedy="Choose another --port."
        ) from None
    address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{door.getsockname()[1]}"  # noqa: S104
    print(f"coach → {address}   (API: {address}/api/v1, stop: Ctrl+C)", flush=True)
    if open_page:
        import webbrowser

        webbrowser.open(address)
    config = uvicorn.Config(
        create_app(settings, with_jobs=True),
        log_level="warning",
        timeout_graceful_shutdown=STOP_WITHIN_S,
        server_header=False,
    )
    try:
        uvicorn.Server(config).run(sockets=[door])
    except KeyboardInterrupt:
        sys.exit(0)

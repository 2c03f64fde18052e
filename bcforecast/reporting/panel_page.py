"""The scenario panel as one HTML page: written to a file, or served to this machine alone.

The page holds everything that it needs, so it opens without a server, on a phone too; a server only
adds that scenarios can be saved. It answers nobody without its token: other users of the machine
can reach the port. Nothing runs for a page that is closed, and there is no process but this one.
"""

import base64
import json
import os
import secrets
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from bcforecast import edge, errors, saving
from bcforecast.attainment.project import Outlook
from bcforecast.explorer.session import SCRIPT, Session, answered, panel_content, scenario_records
from bcforecast.reporting.display import PANEL_MIME
from bcforecast.reporting.formats import template
from bcforecast.reporting.results import ScenarioComparison
from bcforecast.text import Language, text

LOOPBACK: Final = "127.0.0.1"
MARK: Final = '<meta name="generator" content="bcforecast explore">'
"""By what a page of ours is known."""

_LARGEST_REQUEST: Final = 100_000


class PanelPage:
    """The panel of an outlook under the baseline; with `drafts` also of scenarios not adopted."""

    def __init__(
        self, outlook: Outlook, *, lang: Language, goal: str | None = None, drafts: bool = True
    ) -> None:
        self.session = Session(outlook, drafts=drafts)
        if not self.session.exploration.goals:
            raise errors.ScenarioError("joint.no_goal", plan=outlook.plan.id)
        self.lang = lang
        self._meta, paths = panel_content(self.session, lang=lang, goal=goal)
        self._paths = base64.b64encode(paths).decode("ascii")

    def html(self, *, saves: bool = False) -> str:
        """Return the page; one that `saves` asks its server to."""
        meta = {**self._meta, "scenarios": scenario_records(self.session)}
        told = json.dumps(meta, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
        plan = self.session.outlook.plan.name(self.lang)
        page = template("panel.html.j2").render(
            lang=text("language.tag", self.lang),
            mark=MARK,
            title=text("explorer.panel_title", self.lang, plan=plan),
            no_script=text("explorer.no_script", self.lang),
            meta=told,
            paths=self._paths,
            script=SCRIPT.read_text(encoding="utf-8"),
            saves=saves,
        )
        return f"{page}\n"


def show_panel(known: Iterable[object], *, plan: str, lang: Language) -> None:
    """Hand a report the panel of the comparison of its plan, if its notebook has opened one."""
    from IPython.display import display as show

    for one in known:
        if isinstance(one, ScenarioComparison) and one.outlook.plan.id == plan:
            page = PanelPage(one.outlook, lang=lang, drafts=False)
            show({PANEL_MIME: page.html()}, raw=True)  # type: ignore[no-untyped-call]
            return


def write_panel_page(page: PanelPage, path: Path) -> None:
    """Write a page that needs no server; only a page of ours is ever overwritten."""
    saving.write_files({path: page.html().encode()}, ours=saving.bearing(MARK.encode()))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A second server on the port would take its requests.
    allow_reuse_address = os.name == "posix"

    def __init__(self, page: PanelPage, *, port: int) -> None:
        self.page, self.token = page, secrets.token_hex(24)
        self.parent = os.getppid()
        self.saving = threading.Lock()
        super().__init__((LOOPBACK, port), _Handler)

    def service_actions(self) -> None:
        """End with what started it, however that ended: nobody would know of it."""
        if os.getppid() != self.parent:
            raise KeyboardInterrupt

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # a browser may go away at any moment
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 60  # seconds that a request may take to arrive

    def do_GET(self) -> None:
        if self._is_allowed("/"):
            self._answer(self.server.page.html(saves=True), "text/html")

    def do_POST(self) -> None:
        if not self._is_allowed("/save"):
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or len(length) > 6 or int(length) > _LARGEST_REQUEST:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        try:
            wanted = edge.parse_json(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            wanted = None
        with self.server.saving:
            told = answered(self.server.page.session, wanted if isinstance(wanted, dict) else {})
        self._answer(json.dumps(told), "application/json")

    def _is_allowed(self, path: str) -> bool:
        """Whether this machine asks, by its own address, with the token, for what there is."""
        asked, _, query = self.path.partition("?")
        given = parse_qs(query).get("token", [""])[0]
        host = (self.headers.get("Host") or "").rpartition(":")[0]
        if host not in (LOOPBACK, "localhost") or not compare_digest(
            given.encode(), self.server.token.encode()
        ):
            self.send_error(HTTPStatus.FORBIDDEN)
        elif asked != path:
            self.send_error(HTTPStatus.NOT_FOUND)
        else:
            return True
        return False

    def _answer(self, content: str, kind: str) -> None:
        body = content.encode()
        self.send_response(HTTPStatus.OK)
        for name, value in {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Frame-Options": "DENY",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the address has the token in it."""


@contextmanager
def served(page: PanelPage, *, port: int) -> Iterator[tuple[ThreadingHTTPServer, str]]:
    """Listen on a port of this machine; give the server, and the address that opens the page."""
    try:
        server = _Server(page, port=port)
    except OSError:
        raise errors.ReportError("explorer.port_used", port=port) from None
    with server:
        yield server, f"http://{LOOPBACK}:{server.server_port}/?token={server.token}"

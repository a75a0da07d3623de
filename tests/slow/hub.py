"""A hub of the course and its students: what a browser would send, without a browser."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
import websocket

from sitebuild.paths import ROOT
from tests.slow.lab import variables

PROGRAMS = ROOT / ".venv" / "hub" / "bin"
PATIENCE = 240  # seconds; twenty servers start on two cores in a third of it
CONFIGURATION = """
load_subconfig({trial!r})
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
"""


def free_ports(count):
    """As many ports that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@dataclass(frozen=True)
class Hub:
    """A running hub: its address, where it keeps all, and what its processes know it by."""

    address: str
    state: Path
    mark: str

    def processes(self, **wanted):
        """The processes that it started, with these variables."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                variables = environment(place.name)
            except (OSError, ValueError):  # gone, or not ours to read
                continue
            wanted_here = wanted | {"JUPYTERHUB_API_URL": self.mark}
            if wanted_here.items() <= variables.items():
                found.append(int(place.name))
        return found

    def home(self, name):
        return self.state / "homes" / name

    def password(self):
        return (self.state / "password").read_text(encoding="utf-8")


def environment(pid):
    """The variables that a process was started with."""
    lines = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(line.split("=", 1) for line in lines if line)


@contextlib.contextmanager
def running(folder):
    """The hub that `make hub` starts, with all it keeps in a folder."""
    port, hub, proxy = free_ports(3)
    configuration = folder / "hub.py"
    trial = str(ROOT / "classroom" / "trial.py")
    text = CONFIGURATION.format(trial=trial, hub=hub, proxy=proxy)
    configuration.write_text(text, encoding="utf-8")
    own = {"CLASSROOM_STATE": folder / "state", "PORT": port}
    mark = f"http://127.0.0.1:{hub}/hub/api"
    found = Hub(f"http://127.0.0.1:{port}", folder / "state", mark)
    with (
        (folder / "hub.log").open("wb") as log,
        subprocess.Popen(
            [PROGRAMS / "jupyterhub", "--config", configuration],
            cwd=folder,
            env=variables(folder, programs=PROGRAMS, **own),
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            wait_for(lambda: answers(f"{found.address}/hub/health"), seconds=60)
            yield found
        finally:
            # It stops the students' servers first.
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=60)
            for pid in found.processes():
                kill(pid)
            assert not listens(port), "its proxy was left behind"


def wait_for(true, *, seconds):
    """Wait until something is true; an error names what was waited for."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(0.5)


def answers(address):
    try:
        return httpx.get(address, timeout=5).is_success
    except httpx.HTTPError:
        return False


def listens(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def kill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def mebibytes(pid, kind="Pss"):
    """The memory of a process; what it shares with others is divided among them."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(text.split(f"\n{kind}:")[1].split()[0]) / 1024


class Student:
    """One student in a browser of their own."""

    def __init__(self, address, name, password):
        self.address, self.name, self.password = address, name, password
        self.web = httpx.Client(base_url=address, follow_redirects=True, timeout=PATIENCE)
        self.home = f"/user/{quote(name)}/"

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self.web.close()

    def token(self, path):
        """What a page hands its scripts, to send back with what they ask."""
        cookies = [c for c in self.web.cookies.jar if c.name == "_xsrf" and c.path == path]
        return cookies[0].value

    def log_in(self):
        """Fill in the form; the page that follows."""
        self.web.get("/hub/login")
        form = {"username": self.name, "password": self.password}
        return self.web.post("/hub/login", data=form | {"_xsrf": self.token("/hub/")})

    def follow(self, link):
        """Click on a link to a notebook and wait until JupyterLab shows it."""
        page = self.web.get(link)
        while "/spawn-pending/" in page.url.path:
            progress = f"/hub/api/users/{quote(self.name)}/server/progress"
            self.events(progress, "/hub/", {}, lambda event: event.get("ready"))
            page = self.web.get(link)
        page.raise_for_status()
        asked = dict(httpx.URL(link).params)
        pull = {"repo": asked["repo"], "targetpath": asked["targetPath"]}
        finished = self.events(
            f"{self.home}git-pull/api", self.home, pull, lambda e: e["phase"] == "finished"
        )
        assert finished
        self.web.get(f"{self.home}{asked['urlpath']}").raise_for_status()

    def events(self, path, page, asked, last):
        """Read a stream of events up to the one that is waited for; whether it came."""
        asked = asked | {"_xsrf": self.token(page)}
        with self.web.stream("GET", path, params=asked) as response:
            response.raise_for_status()
            for line in response.iter_lines():
                if line.startswith("data:"):
                    event = json.loads(line.removeprefix("data:"))
                    assert not event.get("failed"), event
                    assert event.get("phase") != "error", event
                    if last(event):
                        return True
        return False

    def api(self, method, place, **body):
        """Ask the student's own server, as JupyterLab does."""
        answer = self.web.request(
            method,
            f"{self.home}api/{place}",
            headers={"X-XSRFToken": self.token(self.home), "Sec-Fetch-Mode": "cors"},
            **({"json": body} if body else {}),
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def read(self, path):
        return self.api("GET", f"contents/{path}")["content"]

    def save(self, path, notebook):
        self.api("PUT", f"contents/{path}", type="notebook", format="json", content=notebook)

    def run(self, path, sources):
        """Run cells in the kernel of a notebook; what each printed or showed."""
        kernel = self.api(
            "POST", "sessions", path=path, name=path, type="notebook", kernel={"name": "python3"}
        )["kernel"]["id"]
        place = f"{self.home}api/kernels/{kernel}/channels"
        cookies = [c for c in self.web.cookies.jar if place.startswith(c.path)]
        with contextlib.closing(
            websocket.create_connection(
                f"{self.address.replace('http', 'ws', 1)}{place}",
                cookie="; ".join(f"{c.name}={c.value}" for c in cookies),
                origin=self.address,
                timeout=PATIENCE,
            )
        ) as channel:
            return [execute(channel, source) for source in sources]


def execute(channel, source):
    """Run one cell; its text."""
    name = uuid.uuid4().hex
    header = {"msg_id": name, "msg_type": "execute_request", "session": name, "username": ""}
    content = {"code": source, "silent": False, "allow_stdin": False}
    message = {"header": header | {"version": "5.3"}, "content": content, "channel": "shell"}
    channel.send(json.dumps(message | {"parent_header": {}, "metadata": {}}))
    shown = []
    while True:
        said = json.loads(channel.recv())
        kind, content = said["msg_type"], said["content"]
        if said["parent_header"].get("msg_id") != name or said["channel"] != "iopub":
            continue
        if kind == "status" and content["execution_state"] == "idle":
            return "".join(shown)
        if kind == "error":
            shown.append(f"{content['ename']}: {content['evalue']}")
        shown.append(content.get("text", "") or content.get("data", {}).get("text/plain", ""))

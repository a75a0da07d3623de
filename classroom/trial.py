"""A hub to try out, by `make hub`: no root, any name, one password.

All students run in your own account and can read each other's files, and yours: for a look, or
for students you would lend your laptop.
"""

import os
import runpy
import secrets
import socket
import sys
from pathlib import Path

c = get_config()  # noqa: F821
HERE = Path(__file__).resolve().parent
load_subconfig(str(HERE / "jupyterhub_config.py"))  # noqa: F821

# Homes, passwords and the hub's memory; nothing else is written. Git ignores it.
STATE = Path(os.environ.get("CLASSROOM_STATE", HERE / "state")).resolve()
os.umask(0o077)
for folder in (STATE / "homes", STATE / "shared"):
    folder.mkdir(parents=True, exist_ok=True)
password = STATE / "password"
if not password.exists():
    password.write_text(secrets.token_urlsafe(9), encoding="utf-8")

ADDRESS, PORT = "127.0.0.1", int(os.environ.get("PORT", "8000"))
with socket.socket() as free:
    free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        free.bind((ADDRESS, PORT))
    except OSError:
        # The proxy would say so in passing, and the hub that all is well.
        sys.exit(f"Another program listens on port {PORT}. Try: make hub PORT={PORT + 10}")
c.JupyterHub.ip, c.JupyterHub.port = ADDRESS, PORT
c.JupyterHub.db_url = f"sqlite:///{STATE}/hub.sqlite"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")

c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = password.read_text(encoding="utf-8").strip()
c.Authenticator.allow_all = True
# A name becomes a folder.
c.Authenticator.username_pattern = r"\w[\w.-]{0,31}\Z"

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = f"{STATE}/homes/{{username}}"
c.Spawner.environment["COURSE_SHARED"] = str(STATE / "shared")
if os.geteuid() == 0:  # as in most containers
    c.Spawner.args.append("--allow-root")

link = runpy.run_path(str(HERE / "links.py"))["link"]
hub, course = f"http://{ADDRESS}:{PORT}", HERE.parent.as_uri()
print(f"Log in under any name; the password is {c.SharedPasswordAuthenticator.user_password}")
print(f"Exercises 1: {link(hub, course, 'exercises/ex01_mean_squared_error.ipynb')}", flush=True)

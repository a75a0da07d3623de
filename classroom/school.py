"""A hub for a class on one Linux machine, run by root: every student has an account of it."""

from pathlib import Path

c = get_config()  # noqa: F821
load_subconfig(str(Path(__file__).resolve().with_name("jupyterhub_config.py")))  # noqa: F821

# The hub's memory and secrets: for root alone. What a teacher puts into SHARED, all can read.
STATE = Path("/var/lib/classroom")
SHARED = Path("/srv/shared")
STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)

# The certificate of the school, or of Let's Encrypt.
c.JupyterHub.bind_url = "https://:443"
c.JupyterHub.ssl_cert = "/etc/classroom/certificate.pem"
c.JupyterHub.ssl_key = "/etc/classroom/key.pem"
c.JupyterHub.db_url = f"sqlite:///{STATE}/hub.sqlite"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")

# Whoever may log into the machine and is in one of these groups; a teacher has to be let in, too.
c.JupyterHub.authenticator_class = "pam"
c.LocalAuthenticator.allowed_groups = {"students", "teachers"}
c.PAMAuthenticator.admin_groups = {"teachers"}

c.JupyterHub.spawner_class = "localprocess"
c.Spawner.environment |= {"COURSE_SHARED": str(SHARED), "COURSE_PROCESSES": "400"}
# Over TCP anybody on the machine could listen to what a kernel prints; a file has an owner.
c.Spawner.args.append("--KernelManager.transport=ipc")

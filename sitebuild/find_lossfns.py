# Where lossfns, the course's package, is missing, this cell says what to run, and offers to.
def find_lossfns(version, source, needed):
    import importlib.util
    import subprocess
    import sys
    from pathlib import Path

    def missing():
        importlib.invalidate_caches()
        return [n for n in needed if not getattr(importlib.util.find_spec(n), "origin", None)]

    if missing():
        wheel = f"lossfns-{version}-py3-none-any.whl"
        near = [Path.cwd(), *Path.cwd().parents[:2]]
        places = [folder for folder in near if (folder / "lossfns" / "py.typed").is_file()]
        places += [folder / wheel for folder in near if (folder / wheel).is_file()]
        if "lossfns" not in missing():
            places = ["lossfns"]
        source = f"{places[0]}[course]" if places else source
        advice = f'run: pip install "{source}"'
        if not source:
            advice = f"put {wheel}, which lies beside this notebook on its site, into {near[0]}"
        advice = f"Missing here: {', '.join(missing())}. Please {advice}"
        try:
            answer = source and input(f"{advice}\nRun it now? It may take a minute (y/n) ")
        except (EOFError, NotImplementedError):  # nobody is there to ask
            answer = ""
        if answer.strip().lower() in ("y", "yes"):
            command = [sys.executable, "-m", "pip", "install", source]
            pip = subprocess.run(command, capture_output=True, text=True)
            advice = "Restart the kernel, and run this cell again."
            advice = pip.stderr if pip.returncode else advice
        if missing():
            raise ModuleNotFoundError(advice)
        print("Installed. In a browser, reload the page: explorers and quizzes need it.")

    import lossfns

    if lossfns.__version__ != version:
        print(f"This notebook was made for lossfns {version}; here is {lossfns.__version__}.")

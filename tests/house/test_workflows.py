"""What the host's workflows may do, and when."""

import re

import pytest
import yaml

from sitebuild.paths import ROOT

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
JOBS = [
    pytest.param(job, id=f"{path.stem}-{name}")
    for path in FILES
    for name, job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].items()
]


def steps_that_use(job, action):
    return [step for step in job["steps"] if step.get("uses", "").startswith(f"actions/{action}@")]


@pytest.mark.parametrize("job", JOBS)
def test_only_what_was_tested_is_published(job):
    if steps_that_use(job, "deploy-pages"):
        assert job["needs"] == "test"
        assert len(job["steps"]) == 1  # it builds nothing: the tests' job hands it the site
    uploads = steps_that_use(job, "upload-pages-artifact")
    assert all(step["if"] == "github.event_name == 'push'" for step in uploads)


@pytest.mark.parametrize("job", JOBS)
def test_a_job_that_runs_our_code_can_change_nothing(job):
    if any("run" in step for step in job["steps"]):
        assert job["permissions"] == {"contents": "read"}
        for step in steps_that_use(job, "checkout"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_workflow_gives_no_permission_to_all_its_jobs(path):
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["permissions"] == {}


@pytest.mark.parametrize("job", JOBS)
def test_an_image_is_the_one_that_was_looked_at(job):
    image = job.get("container", {"image": ""})["image"]
    assert re.fullmatch(r"[\w:]+@sha256:[0-9a-f]{64}|", image)


def scheduled():
    """Every target that a workflow makes by the calendar."""
    for path in FILES:
        workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "schedule" in workflow[True]:  # YAML's `on`
            for job in workflow["jobs"].values():
                matrix = job["strategy"]["matrix"]
                yield from matrix.get("command", ())
                yield from (row["command"] for row in matrix.get("include", ()))


def test_what_is_too_long_for_every_edit_is_run_by_the_calendar():
    found = list(scheduled())
    long = {"advisories", "campaign", "coverage", "growth", "hostile", "launch", "links", "matrix"}
    assert sorted(found) == sorted(long | {"mutate", "reproduce"})
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [name for name in found if not re.search(rf"^{name}:", makefile, re.M)] == []


@pytest.mark.parametrize("job", JOBS)
def test_an_action_is_the_commit_that_was_looked_at(job):
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert [action for action in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action)] == []

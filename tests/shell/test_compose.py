"""docker-compose.yml, as far as no engine allows: what it says holds, and its services work together without containers."""

import asyncio
import json
import os
import re
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import httpx
import pytest
import yaml

from coach import jobs, service
from coach.service import connections, kpis, people, syncs
from coach.settings import Settings, variable
from tests.shell import postgres
from tests.shell.distributions import CONNECTORS, installed
from tests.shell.processes import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one.get("command", [""])[0] == "coach"}


def test_it_brings_up_web_worker_and_database_and_the_fakes_by_their_profile_only():
    assert set(SERVICES) == {"web", "worker", "database", "sandbox"}
    assert {name for name, one in SERVICES.items() if "profiles" in one} == {"sandbox"}
    assert SERVICES["worker"]["environment"] == SERVICES["web"]["environment"]


def test_every_variable_is_a_setting_and_no_password_has_a_default():
    known = {variable(name) for name in Settings.model_fields}
    for one in OURS.values():
        assert set(one.get("environment", {})) <= known
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert set(re.findall(r"\$\{(\w+)(:\?)?", text)) == {("COACH_DB_PASSWORD", ":?")}


def test_what_waits_for_a_service_waits_for_one_that_is_there_and_says_when_it_is_well():
    for one in SERVICES.values():
        for name, waited in one.get("depends_on", {}).items():
            assert name in SERVICES
            assert waited["condition"] != "service_healthy" or "healthcheck" in SERVICES[name]
        mode = one.get("network_mode", "")
        assert mode == "" or mode.removeprefix("service:") in one["depends_on"]
        assert not ("network_mode" in one and "ports" in one), "docker refuses both"


def test_only_this_machine_reaches_the_published_port():
    ports = [port for one in SERVICES.values() for port in one.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_volume_is_declared():
    used = {volume.split(":")[0] for one in SERVICES.values() for volume in one.get("volumes", ())}
    assert used == set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_one_of_ours_with_options_it_has(name):
    _, verb, *options = OURS[name]["command"]
    told = subprocess.run(
        [sys.executable, "-m", "coach", verb, "--help"], capture_output=True, text=True, cwd=ROOT, check=True,
        env={**os.environ, "COLUMNS": "200"},
    ).stdout  # fmt: skip
    assert all(option in told for option in options if option.startswith("--"))


def test_the_image_holds_coach_and_every_connector():
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert all(f"./connectors/{name}" in text for name in CONNECTORS)
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    for folder in re.findall(r"^COPY (\S+) \S+$", text, re.MULTILINE):
        assert (ROOT / folder).exists(), folder
        assert folder.split("/")[0] not in ignored or f"!{folder}" in ignored, f"{folder} is kept out of the build"


@contextmanager
def running(name, env):
    """The service's own command, on free ports of this machine."""
    _, *words = OURS[name]["command"]
    words += ["--months", "4", "--deals", "10"] if name == "sandbox" else []
    words = [{"0.0.0.0": "127.0.0.1", "8321": "0", "8331": "0", "8332": "0"}.get(word, word) for word in words]
    process = subprocess.Popen(
        [sys.executable, "-m", "coach", *words], stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT
    )
    try:
        said = ""
        for line in process.stdout:
            said += line
            if "stop: Ctrl+C" in line:
                break
        assert "stop: Ctrl+C" in said, f"{name} did not start"
        yield said
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def connect(address, env):
    words = ("connect", "hubspot", "--url", address, "--token", "sandbox-hubspot", "--json")
    command = [sys.executable, "-m", "coach", *words]
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, check=True).stdout


@pytest.mark.alone
async def test_the_same_services_work_together_without_containers(postgres_socket, tmp_path):
    settings = Settings(
        home=tmp_path / "home", database_url=postgres.new_database(postgres_socket), jobs="apart", time_zone="UTC"
    )
    env = {
        **os.environ, "COACH_HOME": str(settings.home), "COACH_DATABASE_URL": settings.database_url,
        "COACH_JOBS": SERVICES["web"]["environment"]["COACH_JOBS"], "PYTHONPATH": installed(tmp_path / "installed"),
    }  # fmt: skip
    with ExitStack() as stack:
        web = stack.enter_context(running("web", env))
        stack.enter_context(running("worker", env))
        sandbox = stack.enter_context(running("sandbox", env))
        address = re.search(r"HubSpot\s+(\S+)", sandbox)[1]
        id = json.loads(connect(address, env))["id"]
        port = re.search(r"http://localhost:(\d+)", web)[1]
        async with service.opened(settings) as coach, jobs.asking(coach):
            actor = await people.owner(coach)
            run = await syncs.start(coach, actor, id)
            for _ in range(600):
                run = await syncs.get(coach, actor, run.id)
                if run.status not in ("queued", "running"):
                    break
                await asyncio.sleep(0.2)
            assert run.status == "done", run
            assert await kpis.history(coach, actor.workspace_id, "revenue", coach.today()) is not None
            assert (await connections.get(coach, actor, id)).state == "ok"
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200

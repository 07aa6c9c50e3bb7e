"""A small county set up by the command line, as an installation without demo is: two hospitals, two ambulances.

Journeys start from it so that the board shows only what they wrote; it is made once and copied for each of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from hub_process import ROOT

PHONE_OF_COUNTY = "0519-6620120"
PASSWORD = "journey-4711-{}"
SITES = {
    "county": ("县人民医院", "County Hospital", PHONE_OF_COUNTY),
    "east": ("东镇卫生院", "East Township Hospital", "0519-6620130"),
}
UNITS = {"a101": "A101", "a102": "A102"}
# username -> name, role, unit or site
STAFF = {
    "paramedic": ("李伟", "paramedic", "a101"),
    "partner": ("赵敏", "paramedic", "a101"),
    "paramedic2": ("孙强", "paramedic", "a102"),
    "nurse": ("王芳", "nurse", "county"),
    "doctor": ("郑凯", "doctor", "county"),
    "nurse2": ("周静", "nurse", "east"),
}


def make_county(instance: Path) -> dict[str, str]:
    """Fill an empty instance folder; returns the passwords by username."""
    commands = [
        ["site", "add", site, "--name", name, "--name-en", name_en, "--phone", phone]
        for site, (name, name_en, phone) in SITES.items()
    ]
    commands += [["unit", "add", unit, "--name", name] for unit, name in UNITS.items()]
    for username, (name, role, where) in STAFF.items():
        place = "--unit" if role == "paramedic" else "--site"
        given = ["--name", name, "--role", role, place, where, "--password", PASSWORD.format(username)]
        commands.append(["staff", "add", username, *given])
    run_commands(instance, commands)
    return {username: PASSWORD.format(username) for username in STAFF}


def run_commands(instance: Path, commands: list[list[str]]) -> None:
    """Run the hub's own commands on an instance, as `flask --app wsgi` would."""
    done = subprocess.run(
        [sys.executable, "-c", RUN_COMMANDS],
        cwd=ROOT,
        env=os.environ | {"GREENLANE_INSTANCE": str(instance)},
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the county could not be set up: {done.stdout}{done.stderr}")


# The same commands as `flask --app wsgi …`, in one process: starting Python twelve times takes half a minute.
RUN_COMMANDS = """
import json, sys
from wsgi import create_app
runner = create_app().test_cli_runner()
for words in json.load(sys.stdin):
    done = runner.invoke(args=words)
    if done.exit_code:
        sys.exit(f"{words[:3]}: {done.output} {done.exception!r}")
"""

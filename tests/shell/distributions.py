"""The connectors as installed distributions, for processes of their own: entry points are found on the path like any other's."""

import os
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONNECTORS = ("hubspot", "pipedrive")


def installed(folder: Path) -> str:
    """A ``PYTHONPATH`` on which the connectors of this repository are installed."""
    paths = [str(ROOT)]
    for name in CONNECTORS:
        source = ROOT / "connectors" / name
        project = tomllib.loads((source / "pyproject.toml").read_text("utf-8"))["project"]
        info = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        )
        points = "".join(f"{key} = {value}\n" for key, value in project["entry-points"]["coach"].items())
        (info / "entry_points.txt").write_text(f"[coach]\n{points}")
        paths.append(str(source / "src"))
    return os.pathsep.join([str(folder), *paths])

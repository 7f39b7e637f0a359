"""Writes build/skep_client: the operations that openapi-python-client generates from openapi.json, and the files in src/."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

here = Path(__file__).parent
build = here / "build"
package = build / "skep_client"
KEY = "#/components/parameters/IdempotencyKey"

document = json.loads((here / "../../../openapi.json").read_text())
operations = [
    (method.upper(), path, operation) for path, item in document["paths"].items() for method, operation in item.items()
]
for _, _, operation in operations:
    # A problem is raised, never returned.
    operation["responses"] = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
keyed = [
    (method, path) for method, path, operation in operations if any(p.get("$ref") == KEY for p in operation.get("parameters", []))
]

shutil.rmtree(build, ignore_errors=True)
build.mkdir()
(build / "openapi.json").write_text(json.dumps(document))
generator = [Path(sys.executable).with_name("openapi-python-client"), "generate", "--path", build / "openapi.json"]
options = ["--output-path", package, "--meta", "none", "--config", here / "generator.yml", "--fail-on-warning"]
subprocess.run([*generator, *options], check=True)

# The generator forgets this import where a body has two media types.
for file in package.glob("api/*/*.py"):
    text = file.read_text()
    if "| Unset = UNSET" in text:
        file.write_text(re.sub(r"import Response, UNSET$", "import Response, UNSET, Unset", text, flags=re.MULTILINE))
for file in (here / "src").glob("*.py"):
    shutil.copy(file, package)
(package / "keyed.json").write_text(json.dumps(keyed))
(package / "py.typed").touch()

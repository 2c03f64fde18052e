"""Asks the panel's script, in Node or in Debian's Chromium, what it makes of settings."""

import base64
import json
import shutil
import subprocess

from bcforecast.explorer.session import SCRIPT, panel_content

ASK = """
function ask({meta, paths, settings}, bytes) {
  const engine = new Engine(meta, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return settings.map((one) => ({
    p: Object.fromEntries(meta.goals.map((goal) => [goal.id, engine.probability(goal, one, one.asked)])),
    median: Object.fromEntries(meta.goals.filter((g) => g.p !== null).map((g) => [g.id, engine.fan(g, one).at(-1)[3]])),
    together: engine.together(one),
    sought: one.seek ? engine.seek(engine.goal[one.seek], one, meta.wanted) : null,
    points: one.seek ? Object.entries(one.sizes).map(([id, size]) => engine.points(engine.goal[one.seek], one.base, id, size)) : null,
  }));
}
"""  # noqa: E501
NODE = """
import fs from "node:fs";
const given = JSON.parse(fs.readFileSync(0, "utf8"));
console.log(JSON.stringify(ask(given, Buffer.from(given.paths, "base64"))));
"""


def answers(session, settings, *, browser, **content):
    """What the script says of each setting: probabilities, medians, all together, what is sought.

    A setting has `base`, `sizes` and `unsure`, as the page has; perhaps `asked` (another target or
    year) and `seek` (a goal). `browser` opens one, where there is no Node.
    """
    meta, paths = panel_content(session, lang="en", **content)
    encoded = base64.b64encode(paths).decode()
    given = json.dumps({"meta": meta, "paths": encoded, "settings": settings}, allow_nan=False)
    script = SCRIPT.read_text(encoding="utf-8")
    node = shutil.which("node")
    if node is not None:
        command = [node, "--input-type=module", "--eval", script + ASK + NODE]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    code = f"""async (given) => {{
      const source = {json.dumps(script + ASK + "export {ask};")};
      const {{ask}} = await import(URL.createObjectURL(new Blob([source], {{type: "text/javascript"}})));
      given = JSON.parse(given);
      return ask(given, Uint8Array.from(atob(given.paths), (c) => c.charCodeAt(0)));
    }}"""  # noqa: E501
    page = browser().new_page()
    try:
        return page.evaluate(code, given)
    finally:
        page.close()

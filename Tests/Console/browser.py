"""Goes through the console as a person does, in a real browser, and looks at what a person cannot see."""

import argparse
import json
import os
import subprocess
import sys
import time

from playwright.sync_api import sync_playwright

parser = argparse.ArgumentParser()
parser.add_argument("--browser", required=True)
parser.add_argument("--links", required=True)
parser.add_argument("--lines", required=True)
parser.add_argument("--agentbox", required=True)
parser.add_argument("--scene", required=True)
options = parser.parse_args()

problems = []


def check(condition, text):
    if not condition:
        problems.append(text)
        print(f"  FAILED: {text}")


def until(condition, what, seconds=15):
    """Waits for something that a process of ours brings about."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    sys.exit(f"{what}: not within {seconds} s")


def lines():
    try:
        with open(options.links) as file:
            return [json.loads(line) for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return []


def new_link():
    known = len(lines())
    with open(options.lines, "w") as file:
        file.write("\n")
    return until(lambda: lines()[known:], "a new link")[0]["url"]


def pending():
    text = subprocess.run(
        [options.agentbox, "approve", "list", "--json"], capture_output=True, text=True, check=True
    ).stdout
    return [json.loads(line) for line in text.splitlines() if line.strip()]


# Contrast of every text with what is behind it (WCAG 2.2, 1.4.3), as the browser has painted it.
CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => {
    const c = [r, g, b].map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
  };
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length && (c[3] === undefined || c[3] > 0.99)) return c;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility() || element.closest(".hidden, .skip, noscript, meter")) continue;
    const style = getComputedStyle(element);
    const [a, b] = [luminance(parse(style.color)), luminance(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5) && !element.closest(":disabled"))
      found.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}: ${node.textContent.trim().slice(0, 30)}`);
  }
  return [...found];
}"""

# What has a name for those who do not see it, and what is wider than the screen.
NAMES = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), textarea, select, meter")].filter((e) => {
  const label = e.labels && e.labels.length ? e.labels[0].textContent : "";
  return !(e.textContent.trim() || label.trim() || e.getAttribute("aria-label") || e.getAttribute("title"));
}).map((e) => e.outerHTML.slice(0, 100))"""
WIDTH = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
ORDER = """() => [...document.querySelectorAll("h1,h2,h3")].map((e) => Number(e.tagName[1]))"""


def watch(page, name):
    page.on("console", lambda m: m.type in ("error", "warning") and check(False, f"{name}: console: {m.text}"))
    page.on("pageerror", lambda e: check(False, f"{name}: {e}"))
    page.on("dialog", lambda d: (check(False, f"{name}: a dialog: {d.message}"), d.dismiss()))
    page.on("request", lambda r: check(r.url.startswith(origin) or r.url.startswith("data:"), f"{name}: loads {r.url}"))


def visit(page, path, name, shots=None):
    answer = page.goto(origin + path)
    check(answer.status == 200, f"{name} {path}: status {answer.status}")
    check(page.locator("h1").count() == 1, f"{name} {path}: it has not one h1")
    check("1" != page.title(), f"{name} {path}: a text was obeyed")
    check(page.locator("img, iframe, object, embed, style").count() == 0, f"{name} {path}: has an element that is none of ours")
    for text in page.evaluate(CONTRAST):
        check(False, f"{name} {path}: contrast {text}")
    for text in page.evaluate(NAMES):
        check(False, f"{name} {path}: no name: {text}")
    check(page.evaluate(WIDTH) <= 0, f"{name} {path}: is too wide by {page.evaluate(WIDTH)}")
    order = page.evaluate(ORDER)
    check(all(b - a <= 1 for a, b in zip(order, order[1:])), f"{name} {path}: headings {order}")
    if shots:
        place = path.strip("/").replace("/", "_").replace("?", "_") or "first"
        page.screenshot(path=f"{shots}/{place}-{name}.png", full_page=True)


begin = time.monotonic()
first = until(lines, "the console's first link")[0]
origin = first["url"].split("/open")[0]
requests = until(lambda: (found := pending()) and len(found) == 5 and found, "five requests")
by_path = {}
for request in requests:
    for name in ("yes.md", "no.md", "plain.md", "Signed", '"## "'):
        if name in request["shown"]:
            by_path[name] = request["request"]
check(len(by_path) == 5, f"requests {by_path}")
run = requests[0]["run"]
shots = os.environ.get("CONSOLE_SHOTS")

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=options.browser, args=["--no-sandbox"])
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    watch(page, "light")
    page.goto(first["url"])
    check(page.url == origin + "/", f"the link leads to {page.url}")
    check("release-notes" in page.content(), "the run is not there")
    counts = page.locator(".run .counts").first.inner_text()
    check("5 wait for a person" in counts and "3 denied" in counts, f"the run's calls are counted as {counts!r}")
    state = context.storage_state()
    check(all(c["httpOnly"] and c["sameSite"] == "Strict" for c in state["cookies"]), "the cookie is not HttpOnly and Strict")
    check(page.evaluate("document.cookie") == "", "scripts see the cookie")

    # A link opens once.
    stranger = browser.new_context().new_page()
    check(stranger.goto(first["url"]).status == 403, "a link opens twice")
    check(stranger.goto(origin + "/runs/" + run).status == 401, "a stranger sees a run")

    # A page of elsewhere cannot do anything, though the browser has the cookie.
    elsewhere = context.new_page()
    elsewhere.goto("about:blank")
    elsewhere.set_content(
        f'<form id="f" method="post" action="{origin}/approvals/{by_path["yes.md"]}/answer">'
        '<input name="verdict" value="allow"></form><script>document.getElementById("f").submit()</script>'
    )
    elsewhere.wait_for_url(origin + "/**")
    check("Another page asked" in elsewhere.content(), "a form of another page is taken")
    elsewhere.close()
    check(len(pending()) == 5, "a form of another page answered")

    paths = [
        "/", f"/runs/{run}", f"/runs/{run}?show=denied", f"/runs/{run}/calls/c1", f"/runs/{run}/calls/c3",
        f"/runs/{run}/changes", "/approvals", f"/approvals/{by_path['Signed']}", "/credentials", "/tools",
        "/tools/fs.edit", "/profiles", "/profiles/pure", "/ledger", "/ledger/12", "/review",
    ]
    modes = {
        "light": {"color_scheme": "light"},
        "dark": {"color_scheme": "dark"},
        "narrow": {"color_scheme": "light", "viewport": {"width": 360, "height": 740}},
        "narrow-dark": {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}},
    }
    for name, mode in modes.items():
        looked = browser.new_context(storage_state=state, **mode)
        tab = looked.new_page()
        watch(tab, name)
        for path in paths:
            visit(tab, path, name, shots)
        looked.close()

    # By key: skip link, then the calls.
    page.goto(f"{origin}/runs/{run}")
    page.keyboard.press("Tab")
    check("Skip" in page.evaluate("document.activeElement.textContent"), "the skip link is not first")
    page.keyboard.press("j")
    check(page.evaluate("document.activeElement.className") == "tool", "j does not go to the first call")

    # A click approves exactly one call, and the page of the run follows by itself.
    page.goto(f"{origin}/runs/{run}")
    until(lambda: page.evaluate("document.getElementById('live').textContent.includes('Live')"), "the page that says that it is live")
    other = context.new_page()
    watch(other, "answering")
    other.goto(origin + "/approvals")
    check(other.locator("#pending").text_content().startswith("5"), "the count of waiting calls is wrong")
    other.goto(f"{origin}/approvals/{by_path['yes.md']}")
    check("<script>document.title=1</script>" in other.locator("pre.shown").text_content(), "the text is not shown as it is")
    other.get_by_role("button", name="Approve once").click()
    other.wait_for_url("**outcome=granted")
    written = options.scene + "/workspace/docs/yes.md"
    until(lambda: os.path.exists(written), "the approved call")
    until(lambda: page.evaluate("document.querySelector('.tiles').textContent.includes('1approved')"), "the page that follows an approval")
    check(not os.path.exists(options.scene + "/workspace/docs/no.md"), "a call that nobody approved went ahead")

    # A no with its reason.
    other.goto(f"{origin}/approvals/{by_path['no.md']}")
    other.get_by_label("Reason").first.fill("not <b>this</b> one")
    other.get_by_role("button", name="Deny", exact=True).click()
    other.wait_for_url("**outcome=denied")
    until(lambda: page.evaluate("document.body.textContent.includes('not <b>this</b> one')"), "the page that follows a denial")
    check(len(pending()) == 3, f"{len(pending())} wait in place of 3")

    # Forms that no page of ours has, sent with everything that a browser sends: they count for nothing.
    token = other.locator("input[name=token]").first.get_attribute("value")
    other.goto(f"{origin}/approvals/{by_path['Signed']}")
    digest = other.locator("input[name=shown]").get_attribute("value")

    def send(request, **fields):
        answer = context.request.post(
            f"{origin}/approvals/{request}/answer", form={"token": token, "verdict": "allow", **fields},
            headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"})
        return answer.status

    check(send(by_path["Signed"], shown=digest) == 409, "a click is enough for A2")
    check(send(by_path["yes.md"], shown=digest) == 409, "an answer is taken twice")
    check(send(by_path["plain.md"], shown=digest) == 409, "a yes to another text is taken")
    check(send(by_path["plain.md"]) == 409, "a yes to no text is taken")
    check(send("nothing", shown=digest) == 409, "an answer to nothing is taken")
    check(len(pending()) == 3, "a form that no page has answered something")

    # Of an agent outside of any box a click is not enough, whatever the rule asks for; a no is taken.
    loose = subprocess.Popen(
        [options.agentbox, "call", "--intent", options.scene + "/task.yaml", "fs.write", "path=docs/loose.md", "content=x"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = until(lambda: [r for r in pending() if r["agent"] == "unconfined"], "the request of an unconfined agent")
    other.goto(f"{origin}/approvals/{found[0]['request']}")
    check(other.get_by_role("button", name="Approve once").count() == 0, "a click approves for an unconfined agent")
    shown = other.locator("input[name=shown]").get_attribute("value")
    check(send(found[0]["request"], shown=shown) == 409, "a form approves for an unconfined agent")
    other.get_by_role("button", name="Deny", exact=True).click()
    other.wait_for_url("**outcome=denied")
    check(loose.wait(timeout=15) == 126, "a call that was denied went ahead")

    # Without scripts: read, answer, leave.
    bare = browser.new_context(java_script_enabled=False, storage_state=state)
    tab = bare.new_page()
    for path in paths:
        answer = tab.goto(origin + path)
        check(answer.status == 200, f"without scripts {path}: status {answer.status}")
        check(tab.locator("main h1").is_visible(), f"without scripts {path}: nothing to read")
    tab.goto(f"{origin}/approvals/{by_path['plain.md']}")
    tab.get_by_role("button", name="Approve once").click()
    check("Approved" in tab.content(), "without scripts: not approved")
    until(lambda: os.path.exists(options.scene + "/workspace/docs/plain.md"), "the call approved without scripts")

    # A signed statement: a click is not enough here, and what the page says is what is signed.
    tab.goto(f"{origin}/approvals/{by_path['Signed']}")
    check(tab.get_by_role("button", name="Approve once").count() == 0, "A2 is given away by a click")
    tab.get_by_label("Your name in the allowed signers file").fill("alice@example.com")
    tab.get_by_role("button", name="Approve with a key…").click()
    # First with a signature of nothing: refused, with what is wrong.
    tab.locator("#signature").fill("-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n")
    tab.get_by_role("button", name="Send the signed answer").click()
    check("counts for nothing" in tab.content(), "a signature of nothing is taken")
    tab.go_back()
    # What is signed is what this page says: a page that was asked for again has a statement of its own time.
    commands = tab.locator(".steps pre").first.text_content().replace("~/.ssh/id_ed25519", options.scene + "/key")
    subprocess.run(["bash", "-euc", commands], cwd=options.scene, check=True, capture_output=True)
    with open(options.scene + "/approval.json.sig") as file:
        tab.locator("#signature").fill(file.read())
    tab.get_by_role("button", name="Send the signed answer").click()
    check("Approved" in tab.content(), f"a signed statement is not taken: {tab.locator('main').text_content()[:400]}")
    until(lambda: "Signed" in open(options.scene + "/workspace/README.md").read(), "the signed call")

    # A browser credential, of an authenticator that is made up of software: registered, then used.
    device = context.new_cdp_session(other)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True}})
    other.goto(origin + "/credentials")
    other.get_by_label("Whose it is").fill("alice@example.com")
    other.get_by_role("button", name="Make the credential").click()
    other.wait_for_selector("text=Made, and not yet trusted")
    line = next(t for t in other.locator("pre").all_text_contents() if "webauthn" in t)
    with open(options.scene + "/state/allowed_signers", "a") as file:
        file.write(line.strip() + "\n")
    other.goto(f"{origin}/approvals/{by_path[chr(34) + '## ' + chr(34)]}?as=alice%40example.com&verdict=allow")
    other.get_by_role("button", name="Use the credential").click()
    other.wait_for_url("**outcome=granted")

    # What came of it all.
    log = until(
        lambda: (t := subprocess.run([options.agentbox, "audit", "log", "--run", run, "--json"], capture_output=True, text=True).stdout)
        and json.loads(t.splitlines()[-1]).get("outcome") and t, "the end of the run")
    visit(page, f"/runs/{run}", "ended", shots)
    visit(page, f"/runs/{run}/changes", "ended", shots)
    visit(page, "/approvals", "ended", shots)
    visit(page, "/review", "ended", shots)
    check("docs/yes.md" in page.goto(f"{origin}/runs/{run}/changes").text(), "the changes are not shown")
    entries = subprocess.run(
        [options.agentbox, "audit", "log", "--all", "--json"], capture_output=True, text=True, check=True).stdout
    check('"console"' in entries, "no approval by the console is on record")

    # Leaving ends the session, with scripts and without.
    page.goto(origin + "/")
    page.get_by_role("button", name="Leave").click()
    check(context.new_page().goto(origin + "/").status == 401, "the session goes on after leaving")
    tab.goto(new_link())
    check(tab.url == origin + "/", "a second link does not open")
    browser.close()

print(f"{len(paths)} pages in {len(modes)} modes and without scripts, five answers, {time.monotonic() - begin:.0f} s")
sys.exit(1 if problems else 0)

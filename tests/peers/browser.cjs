// Runs pieces of playwright code in pages of one Chromium, one JSON line each way. Started by browsers.py.
"use strict";
const readline = require("node:readline");
const { chromium } = require(process.env.PLAYWRIGHT);

const pages = new Map();
const AsyncFunction = (async () => {}).constructor;

async function main() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
  const calls = {
    async open({ page, options }) {
      const context = await browser.newContext({ acceptDownloads: true, ...options });
      const made = await context.newPage();
      made.setDefaultTimeout(15000);
      const said = [];
      made.on("console", (message) => { if (["error", "warning"].includes(message.type())) said.push(message.text()); });
      made.on("pageerror", (error) => said.push(String(error)));
      pages.set(page, { page: made, context, said });
    },
    async run({ page, code, arg }) {
      const found = pages.get(page);
      return new AsyncFunction("page", "context", "arg", code)(found.page, found.context, arg);
    },
    async said({ page }) { return pages.get(page).said; },
    async close({ page }) { const found = pages.get(page); pages.delete(page); await found.context.close(); },
  };
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { id, call, ...rest } = JSON.parse(line);
    calls[call](rest).then((value) => ({ id, value: value === undefined ? null : value }), (error) => ({ id, error: String(error) }))
      .then((answer) => process.stdout.write(JSON.stringify(answer) + "\n"));
  }
  await browser.close();
}

main().catch((error) => { process.stderr.write(String(error) + "\n"); process.exit(1); });

// The batch protocol of a corpus folder's score.py, answered by metascraper: JSON lines in, JSON lines out.
// What it has no field for stays null: it reads a page's metadata, no prices and no licences.
// With --cpu a last line {"id": "cpu", "ms": [...]} tells the CPU milliseconds of each page, the median of five readings.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(process.cwd() + "/")); // the folder that holds node_modules
const rules = ["author", "date", "description", "lang", "publisher", "title", "url"];
const read = require("metascraper")(rules.map((rule) => require("metascraper-" + rule)()));
const timed = process.argv.includes("--cpu");
const costs = [];

async function answer(item) {
  try {
    return await page(item);
  } catch (error) {
    console.error(`${item.id}: ${error.message}`);
    return {};
  }
}

async function page(item) {
  const html = readFileSync(item.input, "utf8");
  const url = item.url?.startsWith("http") ? item.url : "https://page.example/";
  const found = await read({ html, url });
  if (timed) {
    const spent = [];
    for (let round = 0; round < 5; round++) {
      const began = process.cpuUsage();
      await read({ html, url });
      const used = process.cpuUsage(began);
      spent.push((used.user + used.system) / 1000);
    }
    costs.push(spent.sort((a, b) => a - b)[2]);
  }
  if (item.kind === "meta") return found;
  return { name: found.publisher, tagline: found.title, description: found.description, homepage: found.url };
}

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  const item = JSON.parse(line);
  console.log(JSON.stringify({ id: item.id, ...(await answer(item)) }));
}
if (timed) console.log(JSON.stringify({ id: "cpu", ms: costs }));

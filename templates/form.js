"use strict";
/* The script of the form. It shows what applies, keeps the answers in the browser, and
   reads and writes answers files. All words are in the page; text from questionnaires
   and answers is only ever shown as text, never as markup.

   A sheet is a Map like the content of an answers file: keys to texts, or to Maps. It
   may hold what is not finished yet, such as a reason that is still empty. */

const data = JSON.parse(document.getElementById("data").textContent);
const words = data.words;
const FREE = "free.";
const PEOPLE = "available-";

/* ---- Which facts and questions apply: the same rules as model/applicability.py. ---- */

function matches(condition, known) {
  return Object.entries(condition).every(([name, values]) => values.includes(known.get(name)));
}

/* Return the wording of each fact and question that applies, by its id: "base" or the
   number of a wording. `said` maps facts to values and questions to levels, `free` maps
   free.ROLE to none, part or full; `counts` tells whether a question outside the short
   form is asked. */
function applicable(said, free, counts) {
  const known = new Map(free);
  const asked = new Map();
  for (const id of data.order) {
    const entry = data.entries[id];
    if (!entry.when.every((condition) => matches(condition, known))) continue;
    if (entry.assumed !== undefined) {
      asked.set(id, "base");
      known.set(id, said.get(id) || entry.assumed);
      continue;
    }
    const number = entry.wordings.findIndex((wording) => matches(wording.when, known));
    const worded = number < 0 ? entry : entry.wordings[number];
    if (worded.express || counts(id)) asked.set(id, number < 0 ? "base" : String(number));
    if (said.get(id)) known.set(id, said.get(id));
  }
  return asked;
}

function freeLevel(people) {
  return people >= 1 ? "full" : people > 0 ? "part" : "none";
}

function asked(sheet) {
  const said = new Map(block(sheet, "profile"));
  for (const [id, answer] of block(sheet, "answers")) {
    if (/^[0-4]$/.test(answer.get("level"))) said.set(id, answer.get("level"));
  }
  const people = block(sheet, "available");
  const free = data.people.map((role) => [FREE + role, freeLevel(toNumber(people.get(role)))]);
  const express = sheet.get("scope") === "express";
  const counts = (id) => !express || isGiven(block(sheet, "answers").get(id));
  return applicable(said, new Map(free), counts);
}

/* ---- The answers file: the same layout as storage/answers_file.py writes. ---- */

const PLAIN = /^(?:[a-z_]+|0|[1-9][0-9]*)$/;
const PLAIN_KEY = /^[A-Za-z][A-Za-z0-9_-]*$/;
// Characters that JSON leaves unescaped, but YAML rejects, folds or hides.
const NEEDS_ESCAPE =
  /[\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]/g;
const VISIBLE = /(?![\u115f\u1160\u2800\u3164\uffa0])[\p{L}\p{N}\p{P}\p{S}]/u;
const REMARKS = ["na", "accepted", "note", "evidence", "by", "date"];
/* Older files have "on", which a YAML 1.1 editor saves as "true". */
const DATES = ["date", "on", "true"];
const BLOCKS = [
  "voice", "interview", "project", "background", "profile", "answers", "steps", "voices", "said",
  "earlier",
];
const TIMES = ["start", "end"];
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const TIME =
  /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]) (?:[01][0-9]|2[0-3]):[0-5][0-9]$/;
const COUNTS = ["minutes", "answers"];
const STEP = ["what", "owner", "due", "done"];
const MOST = 10; // most ids that a message lists
const HEADER = ["questionnaire", "version", "extends", "scope", "next", "ask"];

function isBlank(text) {
  return !VISIBLE.test(text || "");
}

/* Return whether a text can be a background line or the text of a step. */
function isLine(text) {
  const isShort = [...text].length <= data.longest_line;
  return isShort && !/[\x00-\x1f\x7f-\x9f\u2028\u2029]/.test(text) && !isBlank(text);
}

function isDate(text) {
  const [year, month, day] = text.split("-").map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return DAY.test(text) && year > 0 && day > 0 && day <= days[month - 1];
}

function isTime(text) {
  return TIME.test(text) && isDate(text.slice(0, 10));
}

function yamlText(value) {
  if (PLAIN.test(value) && !data.yaml_words.includes(value)) return value;
  const code = (sign) => "\\u" + sign.charCodeAt(0).toString(16).padStart(4, "0");
  // Half of a character, which no file can hold, becomes the sign for a lost one.
  const whole = value.replace(/\p{Surrogate}/gu, "\ufffd");
  return JSON.stringify(whole).replace(NEEDS_ESCAPE, code);
}

function yamlKey(name) {
  const plain = PLAIN_KEY.test(name) && !data.yaml_words.includes(name.toLowerCase());
  return plain ? name : yamlText(name);
}

function yamlNumber(text) {
  return toNumber(text).toFixed(3).replace(/0+$/, "").replace(/\.$/, "");
}

function inBraces(pairs) {
  return `{${pairs.map(([key, text]) => `${yamlKey(key)}: ${text}`).join(", ")}}`;
}

function written(value) {
  if (typeof value === "string") return yamlText(value);
  return inBraces([...value].map(([key, text]) => [key, yamlText(text)]));
}

function lines(name, entries) {
  const kept = entries.map(([key, text]) => `  ${yamlKey(key)}: ${text}`);
  return kept.length ? [`${name}:`, ...kept] : [];
}

function writtenAnswer(answer) {
  const level = answer.get("level");
  const remarks = REMARKS.filter((key) => !isBlank(answer.get(key)));
  if (level && !remarks.length) return level;
  const pairs = remarks.map((key) => [key, yamlText(answer.get(key))]);
  return inBraces(level ? [["level", level], ...pairs] : pairs);
}

function isGiven(answer) {
  return Boolean(answer && (answer.get("level") || answer.get("na")));
}

/* Return a sheet as the text of an answers file. */
function dump(sheet) {
  const texts = (name) =>
    [...block(sheet, name)].filter(([, text]) => text).map(([key, text]) => [key, yamlText(text)]);
  const rest = (name) => lines(name, [...block(sheet, name)].map(([k, v]) => [k, written(v)]));
  const voice = [...block(sheet, "voice")].filter(([, text]) => !isBlank(text));
  const people = [...block(sheet, "available")].map(([role, text]) => [role, yamlNumber(text)]);
  const answers = block(sheet, "answers");
  const found = [
    `questionnaire: ${yamlText(sheet.get("questionnaire"))}`,
    `version: ${sheet.get("version")}`,
    ...(data.extends ? [`extends: ${data.extends}`] : []),
    ...(sheet.get("scope") === "express" ? ["scope: express"] : []),
    ...(sheet.get("next") ? [`next: ${yamlText(sheet.get("next"))}`] : []),
    ...(sheet.get("ask") ? [`ask: ${yamlText(sheet.get("ask"))}`] : []),
    ...lines("voice", voice.map(([key, text]) => [key, yamlText(text)])),
    ...(block(sheet, "interview").size ? [`interview: ${written(sheet.get("interview"))}`] : []),
    ...lines("project", texts("project")),
    ...lines("background", texts("background").filter(([, text]) => !isBlank(text))),
    ...lines("profile", [
      ...texts("profile"),
      ...(people.length ? [["available", inBraces(people)]] : []),
    ]),
    answers.size ? "answers:" : "answers: {}",
  ];
  for (const [name, ids] of data.sections) {
    const said = ids.filter((id) => answers.has(id));
    if (said.length) found.push(`  # ${name}`);
    for (const id of said) found.push(`  ${id}: ${writtenAnswer(answers.get(id))}`);
  }
  return [...found, ...rest("steps"), ...rest("voices"), ...rest("said"), ...rest("earlier")].join("\n") + "\n";
}

const KEY = `([A-Za-z][A-Za-z0-9_-]*|"(?:[^"\\\\]|\\\\.)*")`;
const TEXT = `("(?:[^"\\\\]|\\\\.)*"|(?!(?:null|Null|NULL)(?:,|$))\\w[\\w.+-]*(?: [\\w.+-]+)*)`;
// Text without quotes that an editor may write at the end of a line.
const BARE = `[\\p{L}\\p{N}](?:[^: ]|:(?! |$)| (?! *(?:#|$)))*`;
const SAID = `(?: +(?:${TEXT}|(\\{.*\\})|(?!(?:null|Null|NULL)(?: |$))(${BARE})))? *(?: #.*)?$`;
const NESTED_LINE = new RegExp(`^    ${KEY}:${SAID}`, "u");
const ENTRY_LINE = new RegExp(`^  ${KEY}:${SAID}`, "u");
const TOP_LINE = new RegExp(`^${KEY}:${SAID}`, "u");
const BRACES = `(\\{(?:[^{}"]|"(?:[^"\\\\]|\\\\.)*")*\\})`;
const PAIR = new RegExp(`${KEY}: (?:${TEXT}|${BRACES})(?:, )?`, "y");

/* What a file that is not opened fails with: a sentence for the user. */
class Refused extends Error {}

function refuse(key, values) {
  throw new Refused(filled(words[key], values || {}));
}

function unquoted(text, line) {
  if (text[0] !== '"') return text;
  try {
    return JSON.parse(text);
  } catch {
    return refuse("why_line", { line });
  }
}

function add(map, key, value, line) {
  if (map.has(key)) refuse("why_double", { line });
  map.set(key, value);
}

function readBraces(text, line) {
  const found = new Map();
  const inside = text.slice(1, -1);
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < inside.length) {
    const pair = PAIR.exec(inside);
    if (!pair) refuse("why_line", { line });
    const [, key, said, braces] = pair;
    const next = PAIR.lastIndex;
    add(found, unquoted(key, line), braces ? readBraces(braces, line) : unquoted(said, line), line);
    PAIR.lastIndex = next;
  }
  if (inside.endsWith(", ")) refuse("why_line", { line });
  return found;
}

/* Return what a line says behind its key: a text, a Map, or null if it is empty. */
function behindKey([, , said, braces, bare], line) {
  if (braces) return readBraces(braces, line);
  return bare || (said ? unquoted(said, line) : null);
}

/* Return the content of an answers file as Maps and texts; Refused if it has another
   layout. The numbers of the lines are in `places`, by the keys. */
function parse(text, places) {
  const found = new Map();
  let [inside, entry] = [null, ""]; // the block and the key to which a line belongs
  const put = (map, match, line) => {
    const key = unquoted(match[1], line);
    const value = behindKey(match, line);
    add(map, key, value, line);
    places.set(map, places.get(map) || new Map()).get(map).set(key, line);
    return value === null ? key : "";
  };
  text.split("\n").forEach((content, index) => {
    const line = index + 1;
    content = content.replace(/\r$/, "");
    if (/^ *(#.*)?$/.test(content)) return;
    const [top, second, third] = [TOP_LINE, ENTRY_LINE, NESTED_LINE].map((each) => each.exec(content));
    if (top) {
      const key = put(found, top, line);
      inside = key ? new Map() : null;
      if (key) found.set(key, inside);
      entry = "";
      places.set(unquoted(top[1], line), line);
    } else if (second && inside) {
      entry = put(inside, second, line);
    } else if (third && entry) {
      if (inside.get(entry) === null) inside.set(entry, new Map());
      put(inside.get(entry), third, line);
    } else {
      refuse("why_line", { line });
    }
  });
  found.forEach(withoutEmpty);
  return found;
}

/* Remove from a block the lines that an editor left empty. */
function withoutEmpty(block) {
  if (!(block instanceof Map)) return;
  for (const [key, value] of block) {
    if (value === null) block.delete(key);
    else withoutEmpty(value);
  }
}

/* Return the sheet in the text of an answers file; Refused if it does not fit here. */
function read(text) {
  const places = new Map();
  const given = parse(text, places);
  const then = versions(given);
  for (const name of BLOCKS) {
    if (given.has(name) && !(given.get(name) instanceof Map)) {
      refuse("why_line", { line: places.get(name) });
    }
  }
  const found = isOlder(given, then) ? carriedOver(given, then, places) : given;
  if (!isOfThisForm(found)) refuse("why_scope");
  for (const [key, value] of found) {
    const line = places.get(key);
    const isMap = value instanceof Map;
    if (![...HEADER, ...BLOCKS].includes(key)) refuse("why_name", { line, name: key });
    if (isMap !== BLOCKS.includes(key)) refuse("why_line", { line });
  }
  const sheet = checked(found, places);
  carried.set(sheet, carried.get(found));
  return sheet;
}

/* ---- Answers to older versions: the same rules as storage/answers_migration.py. ---- */

/* What became of the answers of a sheet that was carried over. */
const carried = new WeakMap();

/* Return the versions to which answers were given, by the ids of the questionnaires;
   Refused if they are to another questionnaire, or to a newer version. */
function versions(given) {
  const now = { [data.id]: Number(data.version), ...data.bases };
  const ids = Object.keys(now);
  const named = given.get("questionnaire");
  const version = given.get("version");
  if (!ids.includes(named)) refuse("why_other");
  if (!/^[1-9][0-9]{0,8}$/.test(version)) refuse("why_version", { version, here: now[named] });
  const based = [...(given.get("extends") || "").matchAll(/(\S+)-([0-9]{1,9})(?!\S)/g)];
  const bases = new Map(based.map(([, id, number]) => [id, Number(number)]));
  const below = ids.slice(ids.indexOf(named) + 1).map((id) => [id, bases.get(id) ?? now[id]]);
  const then = new Map([[named, Number(version)], ...below]);
  for (const [id, number] of then) {
    if (number > now[id]) refuse("why_version", { version: number, here: now[id] });
  }
  return then;
}

function isOlder(given, then) {
  const now = { [data.id]: Number(data.version), ...data.bases };
  const names = ["answers", "profile", "background"].flatMap((name) => [...block(given, name).keys()]);
  const isOld = Object.keys(now).some((id) => then.get(id) !== now[id]);
  return isOld || names.some((id) => data.off.includes(id));
}

/* Return whether an answer means the same now as when it was given. */
function stillCounts(id, value, then) {
  const choices = data.facts[id];
  if (choices && choices.length && !choices.includes(value)) return false;
  const level = value instanceof Map ? value.get("level") : value;
  return (data.changes[id] || []).every(
    ([questionnaire, version, levels]) =>
      version <= (then.get(questionnaire) || 0) || levels.includes(level),
  );
}

/* Sort answers: those that count, by their present ids; those to ask again; the rest. */
function sorted(answers, ids, then, places) {
  const gone = new Map([...answers].filter(([, value]) => value !== ""));
  const lines = new Map(places.get(answers));
  const [kept, again] = [new Map(), new Map()];
  for (const id of ids) {
    const name = [id, ...(data.was[id] || [])].find((each) => gone.has(each));
    if (name === undefined) continue;
    const value = gone.get(name);
    gone.delete(name);
    if (stillCounts(id, value, then)) kept.set(id, value);
    else again.set(name, value);
    lines.set(id, lines.get(name));
  }
  const isSame = then.get(data.id) === Number(data.version);
  for (const [id, value] of isSame ? [...gone].filter(([id]) => !data.off.includes(id)) : []) {
    gone.delete(id);
    kept.set(id, value); // a mistake, to be reported
  }
  places.set(kept, lines);
  return { kept, again, gone };
}

/* Return the content of an answers file to an older version as one to this version. */
function carriedOver(given, then, places) {
  const profile = new Map(block(given, "profile"));
  const available = profile.get("available");
  const people = available instanceof Map ? available : new Map();
  profile.delete("available");
  places.set(profile, places.get(given.get("profile")));
  const ids = data.sections.flatMap(([, each]) => each);
  const facts = sorted(profile, Object.keys(data.facts), then, places);
  const answers = sorted(block(given, "answers"), ids, then, places);
  const [background, steps] = [sortedLines(given), sortedSteps(given, ids)];
  const isHired = ([role]) => data.people.includes(role);
  const left = [...people].filter((each) => !isHired(each));
  const parts = [facts, answers, background, steps];
  const rest = parts.flatMap(({ again, gone }) => [...(again || []), ...gone]);
  const earlier = new Map([...block(given, "earlier"), ...rest]);
  if (left.length) earlier.set("available", new Map(left));
  if (people.size) facts.kept.set("available", new Map([...people].filter(isHired)));
  if (available && people !== available) facts.kept.set("available", available); // a mistake
  const found = new Map([
    ...given,
    ["questionnaire", data.id],
    ["version", data.version],
    ["profile", facts.kept],
    ["answers", answers.kept],
    ...(earlier.size ? [["earlier", earlier]] : []),
    ...(given.has("said") ? [["said", saidNow(block(given, "said"), then)]] : []),
    ...(given.has("background") ? [["background", background.kept]] : []),
    ...(given.has("steps") ? [["steps", steps.kept]] : []),
  ]);
  for (const key of ["extends", "next"]) found.delete(key);
  if (found.has("ask")) found.set("ask", listedNow(found));
  carried.set(found, {
    again: [...facts.again.keys(), ...answers.again.keys()],
    gone: [...parts.flatMap(({ gone }) => [...gone.keys()]), ...left.map(([role]) => role)],
  });
  return found;
}

function sortedLines(given) {
  const all = [...block(given, "background")];
  const isKnown = ([id]) => data.background.includes(id);
  const gone = all.filter((each) => !isKnown(each)).map(([id, text]) => [`background-${id}`, text]);
  return { kept: new Map(all.filter(isKnown)), gone: new Map(gone) };
}

function sortedSteps(given, questions) {
  const ids = new Set([...questions, ...data.reserved]);
  const [kept, gone] = [new Map(), new Map()];
  for (const [key, step] of block(given, "steps")) {
    const name = ids.has(key) ? key : presentId(key) || key;
    const isOne = ids.has(name) || (step instanceof Map && step.get("what"));
    if (kept.has(name) || !isOne) gone.set(`step-${key}`, step);
    else kept.set(name, step);
  }
  return { kept, gone };
}

/* Return the id that now stands for a former one, undefined if none does. */
function presentId(name) {
  return Object.keys(data.was).find((id) => data.was[id].includes(name));
}

function listedNow(sheet) {
  const present = listed(sheet).map((id) => (canBeListed(id) ? id : presentId(id)));
  return present.filter(Boolean).join(" ");
}

/* Return what voices said before a meeting, without what no longer counts. */
function saidNow(said, then) {
  const names = [...data.people.map((role) => PEOPLE + role), ...data.background.map((id) => `background-${id}`)];
  const kept = [...said].filter(([name]) => names.includes(name));
  for (const id of [...Object.keys(data.facts), ...data.sections.flatMap(([, each]) => each)]) {
    const name = [id, ...(data.was[id] || [])].find((each) => said.has(each));
    if (name === undefined) continue;
    if (!(said.get(name) instanceof Map)) {
      kept.push([id, said.get(name)]); // a mistake, to be reported
      continue;
    }
    const voices = [...said.get(name)].filter(([, value]) => stillCounts(id, value, then));
    if (voices.length) kept.push([id, new Map(voices)]);
  }
  return new Map(kept);
}

/* Return whether this page has all questions that a file asks. */
function isOfThisForm(found) {
  if (data.ask) return found.get("ask") === data.ask;
  return data.scope !== "express" || found.get("scope") === "express";
}

function checked(found, places) {
  const at = (name, key) => (places.get(found.get(name)) || new Map()).get(key);
  const profile = block(found, "profile");
  const people = profile.get("available") || new Map();
  const wrong = (key, name, id) => refuse(key, { line: at(name, id), name: id });
  profile.delete("available");
  if (!(people instanceof Map)) wrong("why_value", "profile", "available");
  for (const [role, text] of people) {
    if (!data.people.includes(role)) refuse("why_name", { line: at("profile", "available"), name: role });
    if (!isNumber(text)) wrong("why_value", "profile", "available");
  }
  for (const [id, value] of profile) {
    if (!Object.hasOwn(data.facts, id)) wrong("why_name", "profile", id);
    if (!isValue(id, value)) wrong("why_value", "profile", id);
  }
  const answers = new Map();
  const ids = new Set(data.sections.flatMap(([, each]) => each));
  for (const [id, answer] of block(found, "answers")) {
    if (!ids.has(id)) wrong("why_name", "answers", id);
    if (!readAnswer(answer)) wrong("why_value", "answers", id);
    answers.set(id, readAnswer(answer));
  }
  for (const name of ["voice", "project"]) {
    const known = name === "voice" ? data.voice : ["name", "slice"];
    for (const [key, text] of block(found, name)) {
      if (!known.includes(key)) wrong("why_name", name, key);
      const isDay = name === "voice" && key === "date";
      if (typeof text !== "string" || (isDay && text && !isDate(text))) wrong("why_value", name, key);
    }
  }
  for (const [id, text] of block(found, "background")) {
    if (!data.background.includes(id)) wrong("why_name", "background", id);
    if (typeof text !== "string" || !isLine(text)) wrong("why_value", "background", id);
  }
  const steps = new Map();
  for (const [id, said] of block(found, "steps")) {
    const step = readStep(said);
    if (!step || !isStepKey(id)) wrong("why_value", "steps", id);
    const isNamed = step.has("what") || ids.has(id) || data.reserved.includes(id);
    if (step.size && !isNamed) wrong("why_name", "steps", id);
    if (step.size) steps.set(id, step);
  }
  const held = readTime(block(found, "interview"));
  if (!held) refuse("why_value", { line: places.get("interview"), name: "interview" });
  for (const id of listed(found)) {
    if (!canBeListed(id)) refuse("why_name", { line: places.get("ask"), name: id });
  }
  return new Map([
    ...found,
    ["profile", profile],
    ["available", people],
    ["answers", answers],
    ["background", inOrder(block(found, "background"), data.background)],
    ["steps", steps],
    ["interview", held],
  ]);
}

function inOrder(map, keys) {
  return new Map(keys.filter((key) => map.has(key)).map((key) => [key, map.get(key)]));
}

function isStepKey(key) {
  return PLAIN_KEY.test(key) && key.length <= 64;
}

/* Return a step of the plan as a Map, null if no step can be like that. */
function readStep(said) {
  if (!(said instanceof Map)) return null;
  const isGood = ([key, text]) =>
    ["due", "done"].includes(key) ? isDate(text) : STEP.includes(key) && isLine(text);
  return [...said].every(isGood) ? inOrder(said, STEP) : null;
}

/* Return how long an interview took as a Map, null if it cannot be like that. */
function readTime(said) {
  const isGood = ([key, text]) =>
    typeof text === "string" &&
    (TIMES.includes(key) ? isTime(text) : COUNTS.includes(key) && /^[0-9]{1,6}$/.test(text));
  if (![...said].every(isGood)) return null;
  const plain = [...inOrder(said, [...TIMES, ...COUNTS])].map(([key, text]) =>
    [key, COUNTS.includes(key) ? String(Number(text)) : text],
  );
  return new Map(plain.filter(([, text]) => text !== "0"));
}

/* Return the ids of all that a short list asks; none if it is no such list. */
function listed(sheet) {
  return (sheet.get("ask") || "").split(/\s+/).filter(Boolean);
}

function canBeListed(id) {
  const isPeople = id.startsWith(PEOPLE) && data.people.includes(id.slice(PEOPLE.length));
  return isPeople || Object.hasOwn(data.entries, id);
}

/* Return an answer as a Map, null if no answer can be like that. */
function readAnswer(said) {
  const answer = typeof said === "string" ? new Map([["level", said]]) : new Map(said);
  if (answer.get("level") === "?") answer.set("level", "unknown");
  const dates = DATES.filter((key) => answer.has(key));
  if (dates.length > 1) return null;
  for (const key of dates) {
    const date = answer.get(key);
    if (DAY.test(date) && !isDate(date)) return null;
    answer.delete(key);
    answer.set("date", date);
  }
  const isKnown = [...answer.keys()].every((key) => key === "level" || REMARKS.includes(key));
  const isLevel = !answer.has("level") || /^(?:[0-4]|unknown)$/.test(answer.get("level"));
  const isReason = !answer.has("na") || (!answer.has("level") && !isBlank(answer.get("na")));
  return isKnown && isLevel && isReason ? answer : null;
}

function isValue(id, value) {
  if (typeof value !== "string") return false;
  const choices = data.facts[id];
  return choices.length ? choices.includes(value) : /^[0-9]{1,9}$/.test(value);
}

function isNumber(text) {
  return /^[0-9]{1,6}(?:[.,][0-9]{1,3})?$/.test(text);
}

/* 1,200 could mean 1.2 or 1200; files of other programs mean 1.2. */
function isClear(number) {
  return !/^[1-9][0-9]*[.,][0-9]{3}$/.test(number);
}

function toNumber(text) {
  return isNumber(text) ? Number(text.replace(",", ".")) : 0;
}

function block(sheet, name) {
  return sheet.get(name) || new Map();
}

function filled(text, values) {
  return text.replace(/\{([a-z]+)\}/g, (_, key) => String(values[key]));
}

/* ---- The page. `current` is the sheet that the page shows. ---- */

const byId = (id) => document.getElementById(id);
const items = [...document.querySelectorAll(".item")];
let current = read(data.start);
let unsaved = false;

function inner(name) {
  if (!current.has(name)) current.set(name, new Map());
  return current.get(name);
}

function put(map, key, text) {
  if (text) map.set(key, text);
  else map.delete(key);
}

/* Where the answer of an item is kept: a Map and a key of it. */
function place(item) {
  const { kind, id } = item.dataset;
  if (kind === "text") return [inner(item.dataset.block), id];
  if (kind === "role") return [inner("voice"), id];
  if (kind === "people") return [inner("available"), id];
  return [inner("profile"), id];
}

function controls(item) {
  return {
    radios: [...item.querySelectorAll("input[type=radio]")],
    field: item.querySelector(":scope > textarea, :scope > input:not([type=radio])"),
    parts: [...item.querySelectorAll("[data-part]")],
    select: item.querySelector(".other:not([hidden]) textarea") || item.querySelector("select"),
  };
}

/* Show the answer of the current sheet in an item. */
function show(item) {
  const { radios, field, parts, select } = controls(item);
  if (item.dataset.kind === "question") {
    const answer = block(current, "answers").get(item.dataset.id) || new Map();
    const chosen = answer.has("na") ? "na" : answer.get("level");
    radios.forEach((radio) => (radio.checked = radio.value === chosen));
    parts.forEach((part) => (part.value = answer.get(part.dataset.part) || ""));
    const remarks = item.querySelector(".remarks");
    remarks.open = ["note", "evidence", "accepted"].some((key) => answer.get(key));
  } else {
    const [map, key] = place(item);
    const text = map.get(key) || "";
    radios.forEach((radio) => (radio.checked = radio.value === text));
    if (field) field.value = text;
    if (select) showRole(item, text);
  }
  item.querySelectorAll("textarea").forEach(grow);
  decorate(item);
}

function showRole(item, text) {
  const listed = !text || Object.hasOwn(data.roles, text);
  item.querySelector("select").value = listed ? text : "-other";
  item.querySelector(".other").hidden = listed;
  item.querySelector("textarea").value = listed ? "" : text;
}

/* Take over what the user changed in an item. */
function take(item, control) {
  if (isAnswer(item, control)) dateSession();
  if (item.dataset.kind === "question") {
    takeAnswer(item, control);
  } else {
    const [map, key] = place(item);
    const other = item.querySelector(".other");
    if (control.tagName === "SELECT") {
      other.hidden = control.value !== "-other";
      put(map, key, other.hidden ? control.value : other.querySelector("textarea").value);
    } else {
      put(map, key, control.value);
    }
  }
  if (control.tagName === "TEXTAREA") grow(control);
  changed(item);
}

/* Return whether a control says what is true, and not only whose words these are. */
function isAnswer(item, control) {
  const isRemark = control.dataset.part && control.dataset.part !== "na";
  return !["text", "role"].includes(item.dataset.kind) && !isRemark;
}

/* Let what is answered from now on have today's date, and nothing else: the same rule as
   interview/answer_dates.py. Answers whose date nobody knows stay without one. */
function dateSession() {
  const before = inner("voice").get("date");
  const given = [...inner("answers").values()].filter(isGiven);
  if (!before && given.length) return;
  if (before && before < today()) {
    given.filter((answer) => !answer.get("date")).forEach((answer) => answer.set("date", before));
  }
  inner("voice").set("date", today());
}

/* Remove who gave an answer before, and when. */
function giveNow(answer) {
  for (const key of ["by", "date"]) answer.delete(key);
  if (!inner("voice").get("date")) answer.set("date", today());
}

function takeAnswer(item, control) {
  const answers = inner("answers");
  const answer = answers.get(item.dataset.id) || new Map();
  answers.set(item.dataset.id, answer);
  if (isAnswer(item, control)) giveNow(answer);
  const reason = item.querySelector("[data-part=na]");
  if (control.dataset.part) {
    if (control === reason) answer.set("na", control.value);
    else put(answer, control.dataset.part, control.value);
  } else if (control.value === "na") {
    answer.delete("level");
    answer.set("na", reason.value);
  } else {
    answer.delete("na");
    answer.set("level", control.value);
  }
  if (!answer.size) answers.delete(item.dataset.id);
}

/* Return whether a radio button has the answer that an item has already. */
function isChosen(item, radio) {
  if (item.dataset.kind === "question") {
    const answer = block(current, "answers").get(item.dataset.id) || new Map();
    return radio.value === (answer.has("na") ? "na" : answer.get("level"));
  }
  const [map, key] = place(item);
  return radio.value === map.get(key);
}

function takeBack(item) {
  const { kind, id } = item.dataset;
  if (kind === "question") {
    const answer = inner("answers").get(id) || new Map();
    for (const key of ["level", "na", "by", "date"]) answer.delete(key);
    if (!answer.size) inner("answers").delete(id);
  } else {
    inner("profile").delete(id);
  }
  const { radios } = controls(item);
  radios.forEach((radio) => (radio.checked = false));
  radios[0].focus();
  changed(item);
}

/* Show or hide the parts of an item that depend on its answer. */
function decorate(item) {
  const { radios } = controls(item);
  const chosen = radios.find((radio) => radio.checked);
  const clear = item.querySelector(".clear");
  if (clear) clear.hidden = !chosen;
  const reason = item.querySelector(".reason");
  if (reason) reason.hidden = !chosen || chosen.value !== "na";
  tell(item, item.classList.contains("tried") ? problem(item) : "");
}

/* Return what is wrong with the answer in an item, "" if nothing is. */
function problem(item) {
  const { kind, id } = item.dataset;
  if (kind === "question") {
    const answer = block(current, "answers").get(id) || new Map();
    if (answer.has("na") && isBlank(answer.get("na"))) return words.reason;
    return answer.get("accepted") && isBlank(answer.get("accepted")) ? words.blank : "";
  }
  const [map, key] = place(item);
  const text = map.get(key) || "";
  const isBackground = item.dataset.block === "background";
  if (isBackground && !isBlank(text) && !isLine(text)) {
    return filled(words.line, { most: data.longest_line });
  }
  if (kind === "people" && text && !(isNumber(text) && isClear(text))) return words.number;
  if (kind === "whole" && text && !isValue(id, text)) return words.whole;
  if (kind === "role" && text && !(Object.hasOwn(data.roles, text))) return wrongRole(text);
  return "";
}

/* Tell a role that is almost one of the list from one in other words: the strict reader
   takes such a text for a misspelling of the role. */
function wrongRole(text) {
  const folded = (each) => each.toLowerCase().replace(/[ -]/g, "_");
  const mine = folded(text.slice(0, 100));
  const near = Object.entries(data.roles).find(([id, name]) =>
    [id, name].some((each) => likeness(mine, folded(each)) >= 0.85),
  );
  if (near) return filled(words.role, { role: near[1] });
  return text.includes("_") ? filled(words.role, { role: text.replaceAll("_", " ") }) : "";
}

/* Return twice the length of the longest common subsequence, by the length of both. */
function likeness(one, other) {
  let row = new Array(other.length + 1).fill(0);
  for (const sign of one) {
    const next = [0];
    for (let at = 0; at < other.length; at++) {
      next.push(sign === other[at] ? row[at] + 1 : Math.max(row[at + 1], next[at]));
    }
    row = next;
  }
  return (2 * row[other.length]) / (one.length + other.length || 1);
}

function tell(item, text) {
  const shown = item.querySelector(".wrong");
  if (shown) shown.textContent = text;
  item.classList.toggle("mend", Boolean(text));
  const { radios, field, parts, select } = controls(item);
  const target = field || select || parts.find((part) => part.dataset.part === "na");
  if (target && !(radios.length && !parts.length)) {
    target.setAttribute("aria-invalid", String(Boolean(text)));
  }
}

function changed(item) {
  unsaved = true;
  decorate(item);
  update();
  keep();
}

/* Show what applies, and how much of it is answered. */
let before = -1;
function update() {
  const wordings = asked(current);
  const only = listed(current);
  ["project", "background"].map(byId).forEach((each) => each && (each.hidden = Boolean(only.length)));
  const counted = items.filter((item) => {
    const { kind, id } = item.dataset;
    if (["text", "role"].includes(kind)) return false;
    const wording = kind === "people" ? "base" : wordings.get(id);
    const isListed = !only.length || only.includes(kind === "people" ? PEOPLE + id : id);
    item.hidden = wording === undefined || !isListed;
    item.querySelectorAll("[data-wording]").forEach((each) => (each.hidden = each.dataset.wording !== wording));
    return !item.hidden;
  });
  document.querySelectorAll("section.counted").forEach((section) => {
    const inside = counted.filter((item) => section.contains(item));
    section.hidden = !inside.length;
    const given = inside.filter(isAnswered).length;
    const done = given === inside.length ? words.section_done : words.section;
    section.querySelector(".count").textContent = filled(done, { given, all: inside.length });
  });
  progress(counted);
}

function progress(counted) {
  const all = counted.length;
  const given = counted.filter(isAnswered).length;
  byId("progress").max = all || 1;
  byId("progress").value = given;
  const text = given === all ? words.done : words.left;
  byId("left").textContent = filled(text, { given, all, left: all - given });
  byId("next").disabled = given === all;
  if (before >= 0 && before !== all) say(filled(words.asked_now, { all }));
  before = all;
}

function isAnswered(item) {
  if (problem(item)) return false;
  const { kind, id } = item.dataset;
  if (kind === "question") return isGiven(block(current, "answers").get(id));
  const [map, key] = place(item);
  return Boolean(map.get(key));
}

function say(text) {
  byId("status").textContent = text;
}

function grow(area) {
  area.style.height = "auto";
  if (area.scrollHeight) area.style.height = `${area.scrollHeight + 2}px`;
}

function showAll() {
  document.querySelectorAll(".tried").forEach((item) => item.classList.remove("tried"));
  items.forEach(show);
  update();
  const { drafted } = Object.fromEntries(block(current, "voice"));
  byId("drafted").hidden = !drafted;
  byId("drafted").querySelector("span").textContent = drafted || "";
}

/* Go to the next item, from the one with the focus on, that has no answer. */
function goToNext() {
  const open = items.filter((item) => item.closest(".counted") && !item.hidden && !isAnswered(item));
  const here = document.activeElement;
  const after = open.find((item) => here.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING);
  const from = here.closest("main") && after;
  if (open.length) goTo(from || open[0]);
}

function goTo(item) {
  const { radios, field, select, parts } = controls(item);
  const reason = parts.find((part) => part.offsetParent && part.dataset.part === "na");
  const target = reason || radios.find((radio) => radio.checked) || radios[0] || field || select;
  item.scrollIntoView({ block: "start" });
  target.focus({ preventScroll: true });
}

/* ---- Keeping answers in the browser. ---- */

const shelf = `mlready ${data.id} ${data.version} ${location.pathname} ${data.start}`;

function storage() {
  try {
    return window.localStorage;
  } catch {
    return null; // the browser forbids it
  }
}

function packed(value) {
  return value instanceof Map ? [...value].map(([key, each]) => [key, packed(each)]) : value;
}

function unpacked(value) {
  return Array.isArray(value) ? new Map(value.map(([key, each]) => [key, unpacked(each)])) : value;
}

function keep() {
  try {
    storage().setItem(shelf, JSON.stringify({ at: Date.now(), sheet: packed(current) }));
    return true;
  } catch {
    say(words.not_kept);
    return false;
  }
}

function kept() {
  try {
    const found = JSON.parse(storage().getItem(shelf));
    const sheet = unpacked(found.sheet);
    return sheet instanceof Map ? { at: found.at, sheet } : null;
  } catch {
    return null; // nothing kept, forbidden, or not written by this script
  }
}

function canKeep() {
  try {
    storage().setItem(`${shelf} try`, "1");
    storage().removeItem(`${shelf} try`);
    return true;
  } catch {
    return false;
  }
}

function forget() {
  if (!window.confirm(words.forget)) return;
  try {
    storage().removeItem(shelf);
  } catch {
    // nothing was kept
  }
  current = read(data.start);
  unsaved = false;
  showAll();
  say(words.forgotten);
}

/* ---- Saving and opening. ---- */

/* Return the current sheet as it is saved: in the order of the page, and without what was
   not finished before its question no longer applied. */
function finished() {
  const sheet = new Map(current);
  const voice = new Map(block(sheet, "voice"));
  const kept = (name, order, isGood) => {
    const map = name === "voice" ? voice : block(sheet, name);
    const keys = order.filter((key) => map.get(key) && isGood(key, map.get(key)));
    sheet.set(name, new Map(keys.map((key) => [key, map.get(key)])));
  };
  kept("voice", data.voice, Boolean);
  kept("project", ["name", "slice"], Boolean);
  kept("background", data.background, (_, text) => !isBlank(text));
  kept("profile", Object.keys(data.facts), isValue);
  kept("available", data.people, (_, text) => isNumber(text));
  kept("answers", data.sections.flatMap(([, ids]) => ids), (_, answer) => isWorthKeeping(answer));
  return sheet;
}

function isWorthKeeping(answer) {
  return Boolean(answer.get("level")) || REMARKS.some((key) => !isBlank(answer.get(key)));
}

function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function save() {
  const wrong = items.filter((item) => !item.hidden && problem(item));
  wrong.forEach((item) => {
    item.classList.add("tried");
    decorate(item);
  });
  if (wrong.length) {
    goTo(wrong[0]);
    return say(filled(words.mend, { count: wrong.length }));
  }
  const text = dump(finished());
  if (new TextEncoder().encode(text).length > data.limit) return say(words.too_large);
  const name = fileName();
  download(name, text);
  unsaved = false;
  say(filled(words.saved, { file: name }));
}

function fileName() {
  const name = block(current, "voice").get("name") || "";
  const short = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return short ? `mlready-${short.slice(0, 40)}.yaml` : "mlready.yaml";
}

function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function open(file) {
  try {
    if (file.size > data.limit) refuse("why_large");
    const sheet = read(await decoded(file));
    if (unsaved && !window.confirm(words.replace)) return;
    current = sheet;
    showAll();
    keep();
    say([filled(words.opened, { file: file.name }), ...becameOf(sheet)].join(" "));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    say(filled(words.refused, { why: error.message }));
  }
}

/* Return sentences on what became of the answers of an older file. */
function becameOf(sheet) {
  const { again = [], gone = [] } = carried.get(sheet) || {};
  const listedIds = (ids) => ids.slice(0, MOST).join(", ") + (ids.length > MOST ? " …" : "");
  return [
    ...(carried.get(sheet) ? [words.carried] : []),
    ...(again.length ? [filled(words.again, { ids: listedIds(again) })] : []),
    ...(gone.length ? [filled(words.gone, { ids: listedIds(gone) })] : []),
  ];
}

async function decoded(file) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    return refuse("why_text");
  }
}

/* ---- Start. ---- */

function start() {
  const found = kept();
  if (found) current = found.sheet;
  showAll();
  if (!canKeep()) say(words.not_kept);
  else if (found) say(filled(words.restored, { time: new Date(found.at).toLocaleString() }));
  else say(words.kept);

  byId("form").addEventListener("submit", (event) => event.preventDefault());
  for (const type of ["input", "change"]) {
    byId("form").addEventListener(type, (event) => {
      const isChoice = event.target.matches("input[type=radio], select");
      if ((type === "change") === isChoice) take(event.target.closest(".item"), event.target);
    });
  }
  byId("form").addEventListener("focusout", (event) => {
    const item = event.target.closest(".item");
    if (!item || item.contains(event.relatedTarget)) return;
    item.classList.toggle("tried", Boolean(problem(item)));
    decorate(item);
  });
  byId("form").addEventListener("click", (event) => {
    const item = event.target.closest(".item");
    if (event.target.matches(".clear")) takeBack(item);
    if (event.target.matches("input[type=radio]") && isChosen(item, event.target)) {
      take(item, event.target); // chosen again: still true today
    }
  });
  byId("form").addEventListener("toggle", (event) => {
    if (event.target.open) event.target.querySelectorAll("textarea").forEach(grow);
  }, true);
  byId("next").addEventListener("click", goToNext);
  byId("save").addEventListener("click", save);
  byId("forget").addEventListener("click", forget);
  byId("print").addEventListener("click", () => window.print());
  byId("confirm").addEventListener("click", () => {
    ["drafted", "confirmed"].forEach((key) => inner("voice").delete(key));
    inner("voice").set("date", today());
    inner("answers").forEach((answer) => answer.delete("date"));
    unsaved = true;
    showAll();
    keep();
  });
  byId("file").addEventListener("change", (event) => {
    const [file] = event.target.files;
    event.target.value = ""; // so that the same file can be chosen again
    if (file) open(file);
  });
  window.addEventListener("beforeprint", () => document.querySelectorAll("textarea").forEach(grow));
  window.addEventListener("beforeunload", (event) => {
    if (unsaved && !canKeep()) event.preventDefault();
  });
  window.addEventListener("storage", (event) => {
    if (event.key === shelf) say(words.other_tab);
  });
}

start();

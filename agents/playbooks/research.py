# The first move of `scout research`. Given: query, a name or an address. One clear match is read and proposed; several
# are named as candidates and nothing is guessed.
report = {"query": query, "slug": None, "candidates": [], "read": []}


def plain(name):
    """A name as people type it: letters and digits only."""
    return "".join(c for c in name.lower() if c.isalnum())


def offer(name, url, where, launches):
    """One more candidate, unless its address is known already; launches of one address come together."""
    key = (url or where).rstrip("/")
    known = candidates.setdefault(key, {"name": name, "url": url, "where": where, "launches": []})
    known["launches"].extend(launches)


def known_products():
    for card in search_products(query=query, limit=20)["items"]:
        offer(card["name"], card["homepage"], "store:" + card["slug"], [])


def known_launches():
    known = {one["where"] for one in candidates.values()}
    for launch in list_launches(words=query, limit=20)["items"]:
        if launch["product"] and "store:" + launch["product"] in known:
            continue
        if not launch["url"] and not launch["name"]:
            continue  # an essay: it announces no product
        offer(launch["name"] or launch["title"], launch["url"], launch["id"], [launch["id"]])


def hub_entries(kind):
    for entry in search_hub(query=query, kind=kind, limit=10)["items"]:
        offer(entry["hub_id"].split("/")[-1], entry["url"], entry["hub_id"], [])


candidates = {}
if "://" in query:
    offer(query, query, "address", [])
else:
    hub = [lambda kind=kind: hub_entries(kind) for kind in ("models", "spaces", "datasets")]
    for look in [known_products, known_launches, *hub]:
        try:
            look()
        except Exception as error:
            trouble.append({"query": query, "why": str(error)})

found = list(candidates.values())
exact = [one for one in found if plain(one["name"]) == plain(query)]
chosen = exact if exact else found
if len(chosen) == 1:
    only = chosen[0]
    handles = read_with_further([only["url"]]) if only["url"] else {}
    pages = handles.get(only["url"], [])
    report["read"] = pages
    if pages or only["launches"]:
        report["slug"] = propose([{"launches": only["launches"], "pages": pages}])[0]["slug"]
    if report["slug"] is None and only["where"].startswith("store:"):
        report["slug"] = only["where"].removeprefix("store:")  # nothing new could be read: what is known stands
else:
    report["candidates"] = [{"name": one["name"], "url": one["url"], "where": one["where"]} for one in chosen]

report["trouble"] = trouble
if report["slug"] or not trouble:
    final_answer(report)
report

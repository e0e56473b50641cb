# The first move of a crawl. Given: source, since, limit (None: all). What cannot be read is proposed from its launch
# alone: we know that it was announced, and that its price is unknown.
report = {"source": source, "launches": 0, "products": 0, "new": 0, "changed": 0, "refused": 0}


def take(launches):
    """Read what was announced and propose it, one product an address; an essay without address and name is none."""
    addresses = {}
    for launch in [launch for launch in launches if launch["url"] or launch["name"]]:
        addresses.setdefault(launch["url"] or launch["id"], []).append(launch)
    handles = read_with_further([launch["url"] for launch in launches if launch["url"]])
    items = [
        {"launches": [launch["id"] for launch in same], "pages": handles.get(address, [])}
        for address, same in addresses.items()
    ]
    for saved in propose(items):
        report["products"] += saved["slug"] is not None
        report["new"] += saved["new"]
        report["changed"] += bool(saved["changed"]) and not saved["new"]
        report["refused"] += saved["error"] is not None


cursor = None
while True:
    try:
        page = list_launches(source=source, since=since, most=limit, cursor=cursor)
    except Exception as error:
        trouble.append({"source": source, "why": str(error)})
        break
    report["launches"] += len(page["items"])
    trouble.extend({"source": source, "part": part["part"], "why": part["message"]} for part in page["failures"])
    take(page["items"])
    cursor = page["next_cursor"]
    if cursor is None:
        break

report["trouble"] = trouble
if not trouble:
    final_answer(report)
report

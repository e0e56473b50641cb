# What every playbook begins with: reading pages in batches, with what belongs to them. Given by the task: read_pages.
BATCH = 100


def read(urls):
    """Records by address, each read once a run. A call that fails as a whole is trouble of each of its addresses; the
    others go on."""
    fresh = [url for url in dict.fromkeys(urls) if url not in records_read]
    for start in range(0, len(fresh), BATCH):
        batch = fresh[start : start + BATCH]
        try:
            for record in read_pages(urls=batch)["items"]:
                records_read[record["url"]] = record
        except Exception as error:
            trouble.extend({"url": url, "why": str(error)} for url in batch)
    return {url: records_read[url] for url in urls if url in records_read}


def read_with_further(urls):
    """Handles of pages by address: the page itself, then its pricing page and its other end, where it has them, then the
    other end's pricing page. What of them is not the product's, the host leaves out."""
    records = read(urls)
    beside = read([further for record in records.values() for further in record["further"]])
    ends = {url: [beside[one] for one in other_ends(record) if one in beside] for url, record in records.items()}
    deeper = read([prices for others in ends.values() for other in others for prices in priced_at(other)])
    handles = {}
    for url, record in records.items():
        prices = [beside[one] for one in priced_at(record) if one in beside]
        prices += [deeper[one] for other in ends[url] for one in priced_at(other) if one in deeper]
        found = [r for r in [record, *ends[url], *prices] if r["page"]]
        price_pages.extend(r["page"] for r in prices)
        # what waits for an editor's eye ("look: …") is entered as it is; nobody here could do more about it
        why = [reason for reason in record["trouble"] if not reason.startswith("look")]
        if found and why and not any(r["plans"] for r in found):
            trouble.append({"url": url, "why": "; ".join(why), "missing": record["missing"]})
        handles[url] = list(dict.fromkeys(r["page"] for r in found))
    return handles


def priced_at(record):
    """The pricing page that a page leads to, where it does not settle the price itself."""
    return [one for one in record["further"] if one == record["pricing_url"]]


def other_ends(record):
    """A site's repository, a repository's site."""
    return [one for one in record["further"] if one != record["pricing_url"]]


def propose(items):
    """Outcomes in the order proposed."""
    outcomes = []
    for start in range(0, len(items), BATCH):
        outcomes.extend(propose_products(items=items[start : start + BATCH])["items"])
    return outcomes


trouble = []
records_read = {}
price_pages = []  # handles of the pricing pages that were read beside others

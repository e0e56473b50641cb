# The first move of `scout add`. Given: urls, which an editor named. One product an address.
handles = read_with_further(urls)
# an editor who names a product's pricing page beside its homepage names one product, not two
readable = [url for url in urls if handles.get(url) and handles[url][0] not in price_pages]
outcomes = propose([{"launches": [], "pages": handles[url]} for url in readable])
report = {
    "products": [saved["slug"] for saved in outcomes if saved["slug"]],
    "new": sum(saved["new"] for saved in outcomes),
    "unread": [url for url in urls if not handles.get(url)],
    "trouble": trouble,
}
if not trouble:
    final_answer(report)
report

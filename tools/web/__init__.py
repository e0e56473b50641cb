"""The web: fetching politely, guarded and recorded; redirects, robots.txt and pace; the browser; the Hub's client."""

"""What the editors' lists are walked by: the log by kind and by who wrote a row, and the queue of what needs a look."""

STATEMENTS = (
    "CREATE INDEX changes_op ON changes(op)",
    "CREATE INDEX changes_who ON changes(who)",
    # needing_look sorts all that wait; of a row it reads these alone
    """CREATE INDEX products_queue ON products(json_array_length(needs_look) DESC, first_seen, id DESC, slug)
        WHERE status = 'needs_look'""",
)

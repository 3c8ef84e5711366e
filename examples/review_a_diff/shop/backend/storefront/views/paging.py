"""Which page is wanted?"""

from flask import Request, abort

LAST_PAGE = 10_000


def page_of(request: Request) -> int:
    """The page of the query string, from 1; 400 for anything else."""
    try:
        page = int(request.args.get("page", "1"))
    except ValueError:
        abort(400)
    if not 1 <= page <= LAST_PAGE:
        abort(400)
    return page

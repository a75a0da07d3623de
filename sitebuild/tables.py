"""Tables of HTML that are laid out as a list on a phone."""


def reflow(heads, rows):
    """A table whose cells are HTML.

    Examples
    --------
    >>> reflow(["what"], [["<b>x</b>"]]).partition("<tbody>")[2]
    '<tr><td data-label="what"><b>x</b></td></tr></tbody></table></div>'
    """
    body = ""
    for row in rows:
        cells = zip(heads, row, strict=True)
        labelled = "".join(f'<td data-label="{name}">{cell}</td>' for name, cell in cells)
        body += f"<tr>{labelled}</tr>"
    return (
        '<div class="table-wrapper"><table class="docutils reflow"><thead><tr>'
        + "".join(f"<th>{name}</th>" for name in heads)
        + f"</tr></thead><tbody>{body}</tbody></table></div>"
    )

from markupsafe import Markup


def badge(name):
    Markup(f"<b>{name}</b>")  # hit
    mark_safe("<b>%s</b>" % name)  # hit
    Markup("<b>{}</b>").format(name)  # ok
    mark_safe("<b>new</b>")  # ok

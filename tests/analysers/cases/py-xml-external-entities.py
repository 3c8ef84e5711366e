from lxml import etree


def read(request):
    etree.XMLParser(resolve_entities=True)  # hit
    etree.fromstring(request.data)  # hit
    etree.XMLParser(resolve_entities=False)  # ok
    etree.fromstring(CONFIG)  # ok

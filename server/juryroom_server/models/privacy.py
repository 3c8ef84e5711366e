"""Who sees what a model is asked, and what may therefore not be asked."""

from collections.abc import Sequence
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from .card import ModelCard, Outside, Place, Privacy
from .endpoint import Endpoint, is_loopback


def _plain_host(host: str) -> str:
    name = host.strip().lower().rstrip(".")
    known = name.removeprefix("*.").replace("-", "").replace(".", "").replace("_", "").isalnum()
    if not known and _network(name) is None:
        raise ValueError("should be hosts (gpu.corp.example), all below one (*.corp.example) or networks (10.0.0.0/8)")
    return name


PrivateHost = Annotated[str, AfterValidator(_plain_host)]
"""A name, `*.` and a name for all below it, an address, or a network. No name is looked up."""


def listed(host: str, private_hosts: Sequence[str]) -> bool:
    """True for a host that the user lists as private."""
    host = host.lower().rstrip(".")
    for entry in private_hosts:
        if host == entry or (entry.startswith("*.") and host.endswith(entry[1:])):
            return True
        network = _network(entry)
        if network is not None:
            try:
                if ip_address(host) in network:
                    return True
            except ValueError:
                continue  # a name
    return False


def place_of(card: ModelCard, base_url: str, private_hosts: Sequence[str] = ()) -> Place:
    """Who sees what this model is asked at this address."""
    if card.privacy is not None:
        return card.privacy
    if card.preset.gateway or _passed_on(card):
        return Place.third_party
    if is_loopback(base_url):
        return Place.local
    return Place.private if listed(urlsplit(base_url).hostname or "", private_hosts) else Place.third_party


def refusal(endpoint: Endpoint, outside: Outside) -> str | None:
    """Why nothing may be sent to an endpoint; None where it may be.

    With `privacy = "local"` its host is on this machine or listed as private, and the connection to it is direct. What
    the card says of itself can make it stricter, not looser; only a gateway's card can vouch for what is behind it.
    """
    if outside.privacy is Privacy.any:
        return None
    private_hosts = outside.private_hosts
    host = urlsplit(endpoint.base_url).hostname or ""
    why = _way_out(endpoint.base_url, host, private_hosts) or _who_else(endpoint, host, private_hosts)
    return f'{endpoint.name}: refused by privacy = "local", nothing was sent: {why}' if why else None


def _way_out(url: str, host: str, private_hosts: Sequence[str]) -> str | None:
    """What is wrong with the way to an address."""
    if is_loopback(url):
        return None
    if not listed(host, private_hosts):
        return f"{host} is not this machine; if it is yours, list it in private_hosts"
    proxy = _proxy(url, private_hosts)
    return f"the way to {host} is through the proxy {proxy}; list {host} in NO_PROXY" if proxy else None


def _who_else(endpoint: Endpoint, host: str, private_hosts: Sequence[str]) -> str | None:
    """Who sees it besides the host that is asked."""
    card = endpoint.card
    if place_of(card, endpoint.base_url, private_hosts) is not Place.third_party:
        return None
    if card.privacy is Place.third_party:
        return f"models.{card.key} says that third parties see it"
    if card.preset.gateway:
        advice = f'if none of its models is elsewhere, say privacy = "local" in models.{card.key}'
        return f"{host} is a gateway, which passes questions on; {advice}"
    return f"{host} passes the questions to this model on to a service"


def _passed_on(card: ModelCard) -> bool:
    # Ollama's own word for the models that it does not run itself
    return card.provider == "ollama" and (card.model or "").endswith("cloud")


def _proxy(url: str, private_hosts: Sequence[str]) -> str | None:
    """The host of the proxy that a request to this address would go through, unless it is private too."""
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 - 10 ms, for who has private hosts only

    parts = urlsplit(url)
    found = getproxies()
    proxy = found.get(parts.scheme) or found.get("all")
    if not proxy or proxy_bypass(parts.hostname or ""):
        return None
    there = proxy if "://" in proxy else f"http://{proxy}"
    host = urlsplit(there).hostname or proxy
    return None if is_loopback(there) or listed(host, private_hosts) else host


@cache
def _network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None

"""A wall is recognised from what the server sent, and a page that only mentions one is none."""

from __future__ import annotations

import pytest

from flows.discover.walls import detect_wall

LONG = "本局网站请启用JavaScript。" + "全年地区生产总值增长。" * 80


@pytest.mark.parametrize(
    ("status", "headers", "body", "wall"),
    [
        (403, {}, "403 Forbidden\nClient IP: 203.0.113.7 reason:UrlACL", "access list"),
        (403, {"X-WAF": "1"}, "", "firewall"),
        (403, {}, "Forbidden", None),
        (404, {}, "reason:UrlACL", None),
        (412, {}, "<script>x()</script>", "script challenge"),
        (521, {"Set-Cookie": "__jsluid_s=1"}, "", "cookie challenge"),
        (521, {}, "<script>document.cookie=1;location.href=1</script>", "cookie challenge"),
        (521, {}, "web server is down", None),
        (200, {}, "<body>Please enable JavaScript and refresh the page</body>", "script to be run"),
        (200, {}, "<html><body>/GE/CC/VALIDATOR</body></html>", "validator"),
        (200, {}, LONG, None),
        (200, {}, "<script>window.location.href='./fzggwl/'</script>", None),
        (200, {}, "x" * 20_000 + "/GE/CC/VALIDATOR", None),
        (500, {}, "captcha", None),
    ],
)
def test_a_wall_is_told_from_a_page(
    status: int, headers: dict[str, str], body: str, wall: str | None
) -> None:
    found = detect_wall(status, headers, body.encode())
    assert (found is None) is (wall is None)
    assert wall is None or (found is not None and wall in found)

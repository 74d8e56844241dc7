"""The answers that the server gives: organizations as the service writes them, the same ones every time."""

import json
import random

ORGANIZATION_BYTES = 835
ITEM_BYTES = 814
TOTAL_COUNT = 1_000_000
PAGE_SIZES = (10, 100, 500)
# The pages of the walk repeat after this many organizations, so that neighbouring pages differ.
PERIOD = 10_000

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FIRST = ("Acme", "Northwind", "Blue", "Granite", "Lumen", "Harbor", "Cedar", "Vertex", "Café", "Müller", "東京", "Żubr")
_SECOND = ("Robotics", "Analytics", "Logistics", "Software", "Foods", "Energy", "Health", "Media", "Capital")
_PLANS = ("free", "starter", "team", "business", "enterprise")
_REGIONS = ("eu-central-1", "eu-west-2", "us-east-1", "us-west-2", "ap-south-1")
_FEATURES = ("sso", "audit_log", "api_access", "exports", "webhooks", "roles", "sandbox")
_NOTES = ("Wants a quote before the end of the quarter.", 'Prefers e-mail. "Do not call before ten."',
          "Größere Bestellung geplant.", "Migrated from the old plan.\nInvoices go to the holding.")


def _word(noise: random.Random, length: int) -> str:
    return "".join(noise.choices(_ALPHABET, k=length))


def _text(value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def organization(number: int, size: int) -> str:
    """One organization as JSON of exactly `size` bytes of UTF-8; the URL of its image is padded."""
    noise = random.Random(number)
    name = f"{noise.choice(_FIRST)} {noise.choice(_SECOND)}"
    created = 1_546_300_800_000 + noise.randrange(157_680_000_000)
    private = {"crm_id": f"crm_{noise.randrange(10**8)}",
               "billing": {"customer": f"cus_{noise.randrange(10**9)}", "vat": None}}
    if noise.random() < 0.4:
        private["note"] = noise.choice(_NOTES)
    members = {
        "object": "organization",
        "id": f"org_{_word(noise, 27)}",
        "name": name,
        "slug": f"{name.split()[-1].lower()}-{number + 1}",
        "image_url": "https://img.clerk.com/",
        "has_image": noise.random() < 0.5,
        "members_count": noise.randrange(1, 200),
        "pending_invitations_count": noise.randrange(5),
        "max_allowed_memberships": noise.choice((0, 5, 50, 500)),
        "admin_delete_enabled": True,
        "public_metadata": {"plan": noise.choice(_PLANS), "seats": noise.randrange(500),
                            "region": noise.choice(_REGIONS), "features": noise.sample(_FEATURES, noise.randrange(4))},
        "private_metadata": private,
        "created_by": f"user_{_word(noise, 27)}",
        "created_at": created,
        "updated_at": created + noise.randrange(10**10),
        "last_active_at": created + noise.randrange(10**10),
    }
    slack = size - len(_text(members).encode())
    if slack < 0:
        raise ValueError(f"organization {number} does not fit into {size} bytes")
    members["image_url"] += _word(noise, slack)
    return _text(members)


def page(first: int, size: int) -> str:
    items = ",".join(organization(number, ITEM_BYTES) for number in range(first, first + size))
    return f'{{"data":[{items}],"total_count":{TOTAL_COUNT}}}'


def write(root) -> str:
    """Writes all answers below the directory `root`; returns the single organization's id."""
    single = organization(0, ORGANIZATION_BYTES)
    (root / "organization.json").write_text(single, encoding="utf-8")
    for size in PAGE_SIZES:
        directory = root / "pages" / str(size)
        directory.mkdir(parents=True)
        last = PERIOD if size == max(PAGE_SIZES) else size
        for first in range(0, last, size):
            text = page(first, size)
            # The server sees only the last four digits of an offset.
            for name in {str(first), f"{first:04d}"}:
                (directory / f"{name}.json").write_text(text, encoding="utf-8")
    return json.loads(single)["id"]

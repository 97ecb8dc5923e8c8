"""Checks files of footage, as they were unpacked from an export, against manifest.json; so does `liengia verify`.

    unzip EXPORT.zip -d folder; cd folder; python3 check.py

It needs Python 3 alone and is short enough to be read. It checks neither the signature of the manifest (README.txt says
how) nor the proofs. A copy is no footage: only whether it is the copy that was handed out can be checked. A file is its init segment, then fragments. The last 32 bytes of a fragment are the SHA-256 of all
bytes before them; bytes 4088 to 4096 are the length and the name of its payload's box, which say how long it is. Ranges
that were damaged already stand in the manifest, with their SHA-256.
"""
import hashlib
import json
import os
import sys


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def read(file, length):
    """The SHA-256 of the next bytes, and whether there were so many."""
    total, left = hashlib.sha256(), length
    while left > 0 and (block := file.read(min(left, 1 << 20))):
        total.update(block)
        left -= len(block)
    return total.hexdigest(), left == 0


def first_bad(file, told):
    """The first bytes that are not as they were exported: from, to. None if all are."""
    damaged = {one["offset"]: one for one in told["damaged"]}
    fragments, at = hashlib.sha256(), told["init_bytes"]
    if read(file, at) != (told["init_sha256"], True):
        return 0, at
    while at < told["bytes"]:
        if at in damaged:
            length, expected = damaged[at]["length"], damaged.pop(at)["sha256"]
            fits = read(file, length) == (expected, True)
        else:
            page = file.read(4096)
            payload = int.from_bytes(page[4088:4092], "big") - 8
            length = (4096 + payload + 8 + 56 + 4095) // 4096 * 4096
            fits = page[4092:] == b"mdat" and 0 <= payload <= 1 << 24
            rest = file.read(length - 4096) if fits else b""
            fits = len(rest) == length - 4096 and sha256(page + rest[:-32]) == rest[-32:].hex()
            fragments.update(length.to_bytes(8, "big") + rest[-32:] if fits else b"")
        if not fits:
            return at, min(at + length, told["bytes"]) if length > 0 else told["bytes"]
        at += length
    fits = not damaged and not file.read(1) and fragments.hexdigest() == told["fragments_sha256"]
    return None if fits else (0, told["bytes"])


with open("manifest.json", "rb") as file:
    manifest = json.load(file)
bad = 0
for told in manifest["files"]:
    with open(told["name"], "rb") as file:
        found = first_bad(file, told)
    bad += found is not None
    what = "damaged before the export, else whole" if told["damaged"] else "whole"
    print(told["name"] + ": " + (what if found is None else "CHANGED, byte %d to %d" % found))
for told in manifest.get("copies", []):
    with open(told["name"], "rb") as file:
        whole = read(file, told["bytes"]) == (told["sha256"], True) and not file.read(1)
    bad += not whole
    print(told["name"] + ": " + ("a COPY, as it was handed out" if whole else "CHANGED, and a copy"))
    print("  its pictures are not the recorded ones; the original: " + told["original"]["name"])
    print("  of export " + manifest["export"] + ", fragments_sha256 " + told["original"]["fragments_sha256"])
for told in manifest["papers"]:
    with open(told["name"], "rb") as file:
        if read(file, os.path.getsize(told["name"])) != (told["sha256"], True):
            bad += 1
            print(told["name"] + ": CHANGED")
sys.exit(1 if bad else 0)

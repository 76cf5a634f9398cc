"""Writes what a conversion makes."""

import hashlib


def write_onnx(model, path):
    path.write_bytes(model.SerializeToString(deterministic=True))
    print(f"{path.name}: {path.stat().st_size:,} bytes")


def write_checksums(folder, patterns):
    """SHA256SUMS, to be checked with `sha256sum --check`."""
    files = [file for pattern in patterns for file in sorted(folder.glob(pattern))]
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder)}\n" for file in files]
    (folder / "SHA256SUMS").write_text("".join(lines))

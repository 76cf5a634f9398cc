"""Converts everything and writes it beside this folder: `python -m convert` from models/efficientnet-lite0."""

import shutil
from pathlib import Path

from . import onnx_writer
from .checkpoint import read_published
from .files import write_checksums, write_onnx
from .network import build_network
from .quantise import quantised_model
from .tfjs_writer import write_tfjs

MODEL = Path(__file__).resolve().parent.parent
INT8_MODEL = MODEL.with_name("efficientnet-lite0-int8")


def main():
    network = build_network(read_published())
    folded = onnx_writer.folded_model(network)
    write_onnx(onnx_writer.half_stored(folded), MODEL / "efficientnet-lite0.onnx")
    shutil.rmtree(MODEL / "tfjs", ignore_errors=True)
    (MODEL / "tfjs").mkdir()
    write_tfjs(network, MODEL / "tfjs")
    write_checksums(MODEL, ["efficientnet-lite0.onnx", "labels.json", "tfjs/*"])
    write_onnx(onnx_writer.half_stored(quantised_model(folded)), INT8_MODEL / "efficientnet-lite0-int8.onnx")
    write_checksums(INT8_MODEL, ["efficientnet-lite0-int8.onnx"])


if __name__ == "__main__":
    main()

"""Converts everything and writes it beside this folder: `python -m convert_ssd PACKED_ASSETS` from models/ssd-mobilenetv2."""

import json
import shutil
import sys
from pathlib import Path

from convert.files import write_checksums, write_onnx

from .original import read_layers, read_packed
from .to_onnx import onnx_model
from .to_tfjs import write_tfjs

MODEL = Path(__file__).resolve().parent.parent


def main(packed):
    labels, content = read_packed(packed)
    layers, outputs = read_layers(content)
    write_onnx(onnx_model(layers, outputs), MODEL / "ssd-mobilenetv2.onnx")
    shutil.rmtree(MODEL / "tfjs", ignore_errors=True)
    (MODEL / "tfjs").mkdir()
    write_tfjs(layers, outputs, MODEL / "tfjs")
    (MODEL / "labels.json").write_text(json.dumps(labels) + "\n")
    write_checksums(MODEL, ["ssd-mobilenetv2.onnx", "labels.json", "tfjs/*"])


if __name__ == "__main__":
    main(sys.argv[1])

"""How far the artifacts are from the original network: `python -m convert.evaluate` from models/efficientnet-lite0.

The original is the published network with nothing folded or rounded, in float32 on onnxruntime; the first line of
the answer compares it with what PyTorch said (test/fixtures/reference). The pictures are crops of
pictures.EVALUATION, which calibration does not see, and, with `--pictures FOLDER`, the centre of each picture in a
folder.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

from . import pictures
from .__main__ import INT8_MODEL, MODEL
from .checkpoint import read_published
from .network import CLASSES, build_network
from .onnx_writer import original_model
from .preprocess import centre_crop, to_input

REFERENCE = MODEL.parent.parent / "test/fixtures/reference"
CROPS_EACH = 32
SEED = 1
BATCH = 32
SURE = 0.5


def run_onnx(model, inputs):
    """Probabilities float32 [N, 1000] from an ONNX file (or its bytes) for inputs float32 [N, 3, 224, 224]."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    starts = range(0, len(inputs), BATCH)
    return np.concatenate([session.run(None, {"input": inputs[start : start + BATCH]})[0] for start in starts])


def run_tfjs(model, inputs):
    """The same from a TF.js model, on TF.js itself (wasm); needs `npm ci`."""
    script = Path(__file__).with_name("run_tfjs.mjs")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "input", Path(folder) / "output"
        source.write_bytes(inputs.transpose(0, 2, 3, 1).astype("<f4").tobytes())
        subprocess.run(["node", script, model, source, target], check=True)
        return np.frombuffer(target.read_bytes(), "<f4").reshape(-1, CLASSES)


def describe(probabilities, original):
    """Agreement with the original network, in words."""
    same = probabilities.argmax(1) == original.argmax(1)
    sure = original.max(1) > SURE
    difference = np.abs(probabilities - original).max(1)
    return (
        f"same top-1 {same.mean():.1%} of {len(same)}, "
        f"where the original is sure (> {SURE}) {same[sure].mean():.1%} of {sure.sum()}; softmax difference at most {difference.max():.1e}, {difference.mean():.1e} on average"
    )


def compare_with_pytorch(runs):
    """Each run against the recorded top five of PyTorch."""
    expected = json.loads((REFERENCE / "expected.json").read_text())
    inputs = to_input([Image.open(REFERENCE / f"{name}.png") for name in expected])
    for title, run in runs.items():
        answers = list(zip(run(inputs), expected.values()))
        same = sum(row.argmax() == top[0]["index"] for row, top in answers)
        furthest = max(abs(row[each["index"]] - each["probability"]) for row, top in answers for each in top)
        print(f"PyTorch, {title}: same top-1 on {same} of {len(answers)}, top-five difference at most {furthest:.1e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path, help="a folder of pictures to compare on as well")
    folder = parser.parse_args().pictures

    original = original_model(build_network(read_published())).SerializeToString()
    artifacts = {
        "ONNX": lambda inputs: run_onnx(MODEL / "efficientnet-lite0.onnx", inputs),
        "TF.js": lambda inputs: run_tfjs(MODEL / "tfjs/model.json", inputs),
        "ONNX int8": lambda inputs: run_onnx(INT8_MODEL / "efficientnet-lite0-int8.onnx", inputs),
    }
    compare_with_pytorch({"original": lambda inputs: run_onnx(original, inputs), **artifacts})
    sets = {"evaluation crops": pictures.varied_crops(pictures.load(pictures.EVALUATION), CROPS_EACH, SEED)}
    if folder:
        sets[folder.name] = [centre_crop(Image.open(path).convert("RGB")) for path in sorted(folder.iterdir())]
    for name, crops in sets.items():
        inputs = to_input(crops)
        truth = run_onnx(original, inputs)
        for title, run in artifacts.items():
            print(f"{name}, {title}: {describe(run(inputs), truth)}")


if __name__ == "__main__":
    main()

"""Compares the ONNX file with the original on TensorFlow Lite, and writes what the original finds in the reference pictures for the tests.

`python -m convert_ssd.compare PACKED_ASSETS` from models/ssd-mobilenetv2.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from ai_edge_litert.interpreter import Interpreter
from PIL import Image, ImageOps

from .anchors import CENTRE_SCALE, SIZE_SCALE, anchors
from .original import INPUT_SIZE, read_packed

MODEL = Path(__file__).resolve().parent.parent
# The pictures have 224×224 pixels. With a border they need no scaling, which differs between libraries.
BORDER = (INPUT_SIZE - 224) // 2
PICTURES = MODEL.parent.parent / "test/fixtures/reference"
# Less than in model.yaml, so that there are more objects to compare.
MIN_SCORE, MAX_OVERLAP = 0.15, 0.45


def main(packed):
    labels, content = read_packed(packed)
    original = _Original(content)
    session = onnxruntime.InferenceSession(MODEL / "ssd-mobilenetv2.onnx")
    worst = np.zeros(2)
    found = {}
    for file in sorted(PICTURES.glob("*.png")):
        picture = ImageOps.expand(Image.open(file).convert("RGB"), BORDER, (114, 114, 114))
        values = (np.asarray(picture, "f4")[None] - 127.5) / 127.5
        wanted = original.run(values)
        got = session.run(["boxes", "scores"], {"input": values.transpose(0, 3, 1, 2)})
        worst = np.maximum(worst, [np.abs(a - b).max() for a, b in zip(wanted, got)])
        found[file.stem] = objects(*(output[0] for output in wanted), labels)
    print(f"largest differences: {worst[0]:.1e} of the picture in a corner, {worst[1]:.1e} in a score")
    if worst.max() > 1e-3:
        raise SystemExit("the converted network is not the original one")
    (PICTURES / "objects.json").write_text(json.dumps(found, indent=2) + "\n")


def objects(boxes, scores, labels):
    """The objects of a picture, best first: label, score, and left, top, right and bottom edge within the picture."""
    best = sorted(zip(*np.nonzero(scores >= MIN_SCORE)), key=lambda place: -scores[place])
    kept = []
    for row, kind in best:
        if all(kind != other or overlap(boxes[row], boxes[place]) <= MAX_OVERLAP for place, other in kept):
            kept.append((row, kind))
    return [
        {
            "label": labels[kind],
            "score": round(float(scores[row, kind]), 4),
            "corners": [round(float(edge), 4) for edge in boxes[row].clip(0, 1)[[1, 0, 3, 2]]],
        }
        for row, kind in kept
    ]


def overlap(a, b):
    height, width = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    shared = max(height, 0) * max(width, 0)
    return shared / (np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - shared)


class _Original:
    """TensorFlow Lite, and the decoding as the calculators of MediaPipe write it."""

    def __init__(self, content):
        self.interpreter = Interpreter(model_content=content)
        self.interpreter.allocate_tensors()
        self.outputs = [output["index"] for output in self.interpreter.get_output_details()]
        self.anchors = anchors(INPUT_SIZE).astype("f8")

    def run(self, values):
        self.interpreter.set_tensor(self.interpreter.get_input_details()[0]["index"], values)
        self.interpreter.invoke()
        encodings, logits = (self.interpreter.get_tensor(output).astype("f8") for output in self.outputs)
        centre = encodings[..., :2] / CENTRE_SCALE * self.anchors[:, 2:] + self.anchors[:, :2]
        size = np.exp(encodings[..., 2:] / SIZE_SCALE) * self.anchors[:, 2:]
        boxes = np.concatenate([centre - size / 2, centre + size / 2], -1)
        return boxes, 1 / (1 + np.exp(-logits[..., 1:]))


if __name__ == "__main__":
    main(sys.argv[1])
